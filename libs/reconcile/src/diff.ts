import { EMPTY_CONFIG, type IpOp, keyOf, NFT_TABLE, type NodeConfig, type Route, type Step } from '@weft/kernel';
import { withoutLinks, withoutNeighbours, withoutNetns } from './cascade.ts';
import { type Changes, changes } from './changes.ts';
import { diffIptables } from './diff-iptables.ts';
import { diffLinks, type LinkChanges } from './diff-links.ts';
import { diffNft } from './diff-nft.ts';
import { diffSysctls, linkOfSysctl } from './diff-sysctls.ts';

type InNetns = { readonly netns: string | null };
type Listed = 'addresses' | 'routes' | 'neighbours';
type Network = { readonly [K in Listed]: Changes<NodeConfig[K][number]> };

const within = <T extends InNetns>(netns: string | null, items: readonly T[]) => items.filter((item) => item.netns === netns);

function ip(netns: string | null, ops: readonly IpOp[]): Step[] {
  return ops.length > 0 ? [{ tool: 'ip', netns, ops }] : [];
}

// A gateway must be reachable before a route leads through it.
const direct = (route: Route) => (route.via === null ? 0 : 1);

function putRoutes(netns: string | null, { routes }: Network): IpOp[] {
  return within(netns, routes.put)
    .sort((a, b) => direct(a) - direct(b))
    .map((route) => ({ op: 'route-replace', route }));
}

function dropRoutes(netns: string | null, { routes }: Network): IpOp[] {
  return within(netns, routes.drop)
    .sort((a, b) => direct(b) - direct(a))
    .map((route) => ({ op: 'route-delete', route }));
}

const putAddresses = (netns: string | null, { addresses }: Network) =>
  within(netns, addresses.put).map((address): IpOp => ({ op: 'address-add', address }));
const dropAddresses = (netns: string | null, { addresses }: Network) =>
  within(netns, addresses.drop).map((address): IpOp => ({ op: 'address-delete', address }));
const putNeighbours = (netns: string | null, { neighbours }: Network) =>
  within(netns, neighbours.put).map((neighbour): IpOp => ({ op: 'neighbour-replace', neighbour }));
const dropNeighbours = (netns: string | null, { neighbours }: Network) =>
  within(netns, neighbours.drop).map((neighbour): IpOp => ({ op: 'neighbour-delete', neighbour }));

/** One batch for each pod whose inside has to change. */
function perPod(config: NodeConfig, opsFor: (netns: string) => readonly IpOp[]): Step[] {
  return config.netns.flatMap(({ name }) => ip(name, opsFor(name)));
}

function sysctlSteps(desired: NodeConfig, observed: NodeConfig, ofLinks: boolean): Step[] {
  const due = diffSysctls(desired, observed).filter((sysctl) => (linkOfSysctl(sysctl.key) !== null) === ofLinks);
  const places = [...new Set(due.map(({ netns }) => netns))];
  return places.map((netns) => ({ tool: 'sysctl', netns, sysctls: within(netns, due) }));
}

function nftSteps(desired: NodeConfig, observed: NodeConfig): Step[] {
  const commands = diffNft(desired.nft, observed.nft);
  const { family, name: table } = desired.nft ?? observed.nft ?? { family: 'ip', name: NFT_TABLE };
  return commands.length > 0 ? [{ tool: 'nft', family, table, commands }] : [];
}

function iptablesSteps(desired: NodeConfig, observed: NodeConfig): Step[] {
  const changed = diffIptables(desired.iptables, observed.iptables);
  return changed.length > 0 ? [{ tool: 'iptables', changes: changed }] : [];
}

/** Service rules. `put`: what a backend in use needs. `drop`: taking away the one that is not in use any more. */
function serviceSteps(desired: NodeConfig, observed: NodeConfig): { put: Step[]; drop: Step[] } {
  const nft = nftSteps(desired, observed);
  const iptables = iptablesSteps(desired, observed);
  return {
    put: [...(desired.nft === null ? [] : nft), ...(desired.iptables === null ? [] : iptables)],
    drop: [...(desired.nft === null ? nft : []), ...(desired.iptables === null ? iptables : [])],
  };
}

function workloadSteps(desired: NodeConfig, observed: NodeConfig): { put: Step[]; drop: Step[] } {
  const { put, drop } = changes(keyOf.workloads, desired.workloads, observed.workloads);
  const running = new Map(observed.workloads.map((workload) => [keyOf.workloads(workload), workload]));
  return {
    put: put.flatMap((workload): Step[] => {
      const old = running.get(keyOf.workloads(workload));
      const start: Step = { tool: 'workload-start', workload };
      return old === undefined ? [start] : [{ tool: 'workload-stop', workload: old }, start];
    }),
    drop: drop.map((workload) => ({ tool: 'workload-stop', workload })),
  };
}

function networkOf(desired: NodeConfig, observed: NodeConfig): Network {
  return {
    addresses: changes(keyOf.addresses, desired.addresses, observed.addresses),
    routes: changes(keyOf.routes, desired.routes, observed.routes),
    neighbours: changes(keyOf.neighbours, desired.neighbours, observed.neighbours),
  };
}

function addLinks(links: LinkChanges): IpOp[] {
  return [
    ...links.replace.map((link): IpOp => ({ op: 'link-delete', link })),
    ...links.add.map((link): IpOp => ({ op: 'link-add', link })),
  ];
}

/**
 * The steps that bring a host from what is observed to what is desired, in an order in which new ways stand before old ones fall.
 *
 * Making: settings, namespaces, new links, settings of links, the inside of each pod (one batch each), then the host's side: links in place,
 * addresses, neighbours, forwarding entries and last the routes that use them (else the kernel would ask the wire for the neighbour);
 * service rules; workloads. A pod is changed inside before its host side, so that moving it between bridge and routed leaves it reachable.
 * Taking away, in the reverse order: workloads, the service rules of a backend that is left, routes, forwarding entries, neighbours,
 * addresses, links, namespaces. What goes with a link or namespace is not taken away by itself. Equal configurations give no step.
 */
export function diff(desired: NodeConfig, observed: NodeConfig): Step[] {
  const links = diffLinks(desired.links, observed.links);
  const netns = changes(keyOf.netns, desired.netns, observed.netns);
  const dropped = new Set(netns.drop.map(({ name }) => name));

  const remacked = [
    ...links.set.filter(({ setMac }) => setMac).map(({ link }) => link),
    ...links.setPeer.filter(({ setMac }) => setMac).map(({ link }) => ({ netns: link.peer.netns, name: link.peer.name })),
  ];
  const afterAdd = withoutNeighbours(withoutLinks(observed, links.replace), remacked);
  const making = networkOf(desired, afterAdd);
  const fdb = changes(keyOf.fdb, desired.fdb, afterAdd.fdb);
  const services = serviceSteps(desired, observed);
  const workloads = workloadSteps(desired, observed);

  const remaining = withoutNetns(withoutLinks(afterAdd, links.drop), dropped);
  const taking = networkOf(desired, remaining);
  const oldFdb = changes(keyOf.fdb, desired.fdb, remaining.fdb).drop;

  return coalesce([
    ...sysctlSteps(desired, afterAdd, false),
    ...(netns.put.length > 0 ? [{ tool: 'netns-add', names: netns.put.map(({ name }) => name) } as const] : []),
    ...ip(null, addLinks(links)),
    ...sysctlSteps(desired, afterAdd, true),
    ...perPod(desired, (pod) => [
      ...links.setPeer.filter(({ link }) => link.peer.netns === pod).map((change): IpOp => ({ op: 'peer-set', ...change })),
      ...putAddresses(pod, making),
      ...putNeighbours(pod, making),
      ...putRoutes(pod, making),
    ]),
    ...ip(null, [
      ...links.set.map((change): IpOp => ({ op: 'link-set', ...change })),
      ...putAddresses(null, making),
      ...putNeighbours(null, making),
    ]),
    ...(fdb.put.length > 0 ? [{ tool: 'bridge', ops: fdb.put.map((entry) => ({ op: 'fdb-replace', entry }) as const) } as const] : []),
    ...ip(null, putRoutes(null, making)),
    ...services.put,
    ...workloads.put,

    ...workloads.drop,
    ...services.drop,
    ...ip(null, dropRoutes(null, taking)),
    ...perPod(desired, (pod) => [...dropRoutes(pod, taking), ...dropNeighbours(pod, taking), ...dropAddresses(pod, taking)]),
    ...(oldFdb.length > 0 ? [{ tool: 'bridge', ops: oldFdb.map((entry) => ({ op: 'fdb-delete', entry }) as const) } as const] : []),
    ...ip(null, [
      ...dropNeighbours(null, taking),
      ...dropAddresses(null, taking),
      ...links.drop.map((link): IpOp => ({ op: 'link-delete', link })),
    ]),
    ...(dropped.size > 0 ? [{ tool: 'netns-delete', names: [...dropped] } as const] : []),
  ]);
}

/** Joins neighbouring `ip` steps of one namespace: one process less each. */
function coalesce(steps: readonly Step[]): Step[] {
  const joined: Step[] = [];
  for (const step of steps) {
    const last = joined.at(-1);
    if (step.tool === 'ip' && last?.tool === 'ip' && last.netns === step.netns)
      joined[joined.length - 1] = { ...last, ops: [...last.ops, ...step.ops] };
    else joined.push(step);
  }
  return joined;
}

/** The steps that remove every trace of us from a host, running workloads included. Kernel settings are left as they are. */
export function cleanup(observed: NodeConfig): Step[] {
  return diff(EMPTY_CONFIG, observed);
}
