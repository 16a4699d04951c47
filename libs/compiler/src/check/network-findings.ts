import { keyOf, type NodeConfig } from '@weft/kernel';
import { contains, isOurLink, isOurNetns, LINK_NAME_MAX, networkOf } from '@weft/model';
import { type Finding, findings } from './finding.ts';

const place = (netns: string | null, name: string | null) => `${netns ?? 'host'} ${name}`;

/** Every link end of a configuration. */
function ends(config: NodeConfig): Set<string> {
  return new Set(config.links.flatMap((l) => [place(l.netns, l.name), ...(l.kind === 'veth' ? [place(l.peer.netns, l.peer.name)] : [])]));
}

function twice(code: string, keys: readonly string[]): Finding[] {
  const seen = new Set<string>();
  return findings(code, keys, (key) => {
    if (seen.has(key)) return key;
    seen.add(key);
    return null;
  });
}

const hostPart = (cidr: string) => cidr.split('/')[0] ?? cidr;

function unreachableGateway(config: NodeConfig): Finding[] {
  return findings('GatewayUnreachable', config.routes, ({ netns, destination, via, device, onlink }) => {
    if (via === null || device === null || onlink) return null;
    const onLink = config.addresses.some((a) => a.netns === netns && a.device === device && contains(networkOf(a.cidr), via));
    const routed = config.routes.some(
      (r) => r.netns === netns && r.device === device && r.via === null && r.destination !== 'default' && contains(r.destination, via),
    );
    return onLink || routed ? null : `route ${destination} in ${place(netns, device)}: nothing says that ${via} is on the link`;
  });
}

/** What is wrong with namespaces, links, addresses, routes, neighbours and forwarding entries. */
export function networkFindings(config: NodeConfig): Finding[] {
  const links = ends(config);
  const namespaces = new Set(config.netns.map(({ name }) => name));
  const bridges = new Set(config.links.filter(({ kind }) => kind === 'bridge').map(({ name }) => name));
  const sources = new Set(config.addresses.map((address) => place(address.netns, hostPart(address.cidr))));
  const inNamespace = (item: { readonly netns: string | null }) => item.netns === null || namespaces.has(item.netns);
  const resolved = new Set(config.neighbours.map((neighbour) => `${neighbour.device} ${neighbour.ip}`));
  const forwarded = new Set(config.fdb.map((entry) => `${entry.device} ${entry.mac}`));
  return [
    ...twice('NetnsTwice', config.netns.map(keyOf.netns)),
    ...twice('LinkTwice', config.links.map(keyOf.links)),
    ...twice('RouteTwice', config.routes.map(keyOf.routes)),
    ...twice(
      'AddressTwice',
      config.addresses.map(({ cidr }) => hostPart(cidr)),
    ),
    ...findings('NetnsNotOurs', config.netns, ({ name }) => (isOurNetns(name) ? null : name)),
    ...findings('LinkNotOurs', config.links, ({ name }) => (isOurLink(name) && name.length <= LINK_NAME_MAX ? null : name)),
    ...findings('PeerWithoutNetns', config.links, (link) =>
      link.kind === 'veth' && !namespaces.has(link.peer.netns) ? `${link.name}: ${link.peer.netns}` : null,
    ),
    ...findings('MasterMissing', config.links, (link) =>
      link.kind === 'veth' && link.master !== null && !bridges.has(link.master) ? `${link.name}: ${link.master}` : null,
    ),
    ...findings('AddressWithoutLink', config.addresses, (a) => (links.has(place(a.netns, a.device)) ? null : keyOf.addresses(a))),
    ...findings('RouteWithoutLink', config.routes, (r) =>
      r.device === null || links.has(place(r.netns, r.device)) ? null : `${keyOf.routes(r)} dev ${r.device}`,
    ),
    ...findings('RouteWithoutWay', config.routes, (r) =>
      r.type !== 'local' && r.device === null && r.via === null ? keyOf.routes(r) : null,
    ),
    ...findings('SourceNotLocal', config.routes, (r) =>
      r.source === null || sources.has(place(r.netns, r.source)) ? null : `${keyOf.routes(r)} src ${r.source}`,
    ),
    ...findings('NeighbourWithoutLink', config.neighbours, (n) => (links.has(place(n.netns, n.device)) ? null : keyOf.neighbours(n))),
    ...findings('FdbWithoutLink', config.fdb, (f) => (links.has(place(null, f.device)) ? null : keyOf.fdb(f))),
    ...findings('SysctlWithoutNetns', config.sysctls, (s) => (inNamespace(s) ? null : keyOf.sysctls(s))),
    ...findings('WorkloadWithoutNetns', config.workloads, (w) => (namespaces.has(w.netns) ? null : keyOf.workloads(w))),
    ...findings('TunnelRouteUnresolved', config.routes, ({ destination, via, device, onlink }) =>
      onlink && via !== null && !resolved.has(`${device} ${via}`) ? `${destination} via ${via}` : null,
    ),
    ...findings('TunnelNeighbourUnforwarded', config.neighbours, ({ device, ip, mac }) =>
      config.links.some((link) => link.kind === 'vxlan' && link.name === device) && !forwarded.has(`${device} ${mac}`) ? ip : null,
    ),
    ...unreachableGateway(config),
  ];
}
