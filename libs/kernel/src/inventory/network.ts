import type { KernelKind, KernelObject } from '@weft/model';
import { ipText } from '../network/ip-text.ts';
import type { LinkAddress } from '../network/objects.ts';
import type { NodeConfig, Workload } from '../node-config.ts';

/** A network namespace as a place: the host's own, or a pod's. */
export function netnsPlace(netns: string | null): string {
  return netns === null ? 'host' : `netns ${netns}`;
}

const object = (kind: KernelKind, netns: string | null, key: string, text: string): KernelObject => ({
  kind,
  place: netnsPlace(netns),
  key,
  text,
});

/** An address on a link. */
export function addressObject(address: LinkAddress): KernelObject {
  return object('address', address.netns, `${address.device} ${address.cidr}`, ipText({ op: 'address-add', address }));
}

/** Everything that is no service rule and no workload. */
export function networkObjects({ netns, sysctls, links, addresses, routes, neighbours, fdb }: NodeConfig): KernelObject[] {
  return [
    ...netns.map(({ name }) => object('netns', null, name, `netns add ${name}`)),
    ...sysctls.map((setting) => object('sysctl', setting.netns, setting.key, `${setting.key} = ${setting.value}`)),
    ...links.map((link) => object('link', link.netns, link.name, ipText({ op: 'link-add', link }))),
    ...addresses.map(addressObject),
    ...routes.map((route) =>
      object(
        'route',
        route.netns,
        `${route.type === undefined ? '' : `${route.type} `}${route.destination}`,
        ipText({ op: 'route-replace', route }),
      ),
    ),
    ...neighbours.map((neighbour) =>
      object('neighbour', neighbour.netns, `${neighbour.device} ${neighbour.ip}`, ipText({ op: 'neighbour-replace', neighbour })),
    ),
    ...fdb.map((entry) =>
      object(
        'fdb',
        null,
        `${entry.device} ${entry.mac}`,
        `fdb replace ${entry.mac} dev ${entry.device} dst ${entry.destination} self permanent`,
      ),
    ),
  ];
}

/** A process that runs for a pod. */
export function workloadObject({ netns, kind, identity, tcpPorts, udpPorts }: Workload): KernelObject {
  const ports = [...tcpPorts.map((port) => `${port}/tcp`), ...udpPorts.map((port) => `${port}/udp`)];
  return object('workload', netns, kind, `${kind} ${identity} ${ports.join(',')}`);
}
