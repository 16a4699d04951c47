import type { LinkAddress, Neighbour, Route, Sysctl, VethLink } from '@weft/kernel';
import { BRIDGE_NAME, type DesiredPod, mac, type PodLink, podLinkName, podNetnsName } from '@weft/model';
import type { Fragment, NodeView } from '../fragment.ts';
import { blockOf, gatewayOf, inBlock } from './blocks.ts';
import { linkSysctls } from './forwarding.ts';
import { podMtu } from './mtu.ts';

/** Name of a pod's link inside its namespace. */
const POD_DEVICE = 'eth0';

/** A link-local address that stands for the node in every routed pod; it is on no link, a permanent neighbour entry resolves it. */
const ROUTED_GATEWAY = '169.254.1.1';

/** A pod with its place on the node. */
interface PlacedPod {
  readonly pod: DesiredPod;
  readonly block: string;
  readonly netns: string;
  readonly link: string;
}

/** What differs between the ways a pod hangs on its node. */
interface Wiring {
  readonly master: string | null;
  addresses(pod: PlacedPod): LinkAddress[];
  routes(pod: PlacedPod): Route[];
  neighbours(pod: PlacedPod): Neighbour[];
  sysctls(pod: PlacedPod): Sysctl[];
}

const via = (netns: string, gateway: string): Route => ({
  netns,
  destination: 'default',
  via: gateway,
  device: POD_DEVICE,
  scope: 'global',
  onlink: false,
  source: null,
});

const WIRING: Record<PodLink, Wiring> = {
  bridge: {
    master: BRIDGE_NAME,
    addresses: ({ netns, pod, block }) => [{ netns, device: POD_DEVICE, cidr: inBlock(pod.ip, block) }],
    routes: ({ netns, block }) => [via(netns, gatewayOf(block))],
    neighbours: () => [],
    sysctls: () => [],
  },
  routed: {
    master: null,
    addresses: ({ netns, pod }) => [{ netns, device: POD_DEVICE, cidr: `${pod.ip}/32` }],
    routes: ({ netns, pod, block, link }) => [
      {
        netns,
        destination: `${ROUTED_GATEWAY}/32`,
        via: null,
        device: POD_DEVICE,
        scope: 'link',
        onlink: false,
        source: null,
      },
      via(netns, ROUTED_GATEWAY),
      { netns: null, destination: `${pod.ip}/32`, via: null, device: link, scope: 'link', onlink: false, source: gatewayOf(block) },
    ],
    neighbours: ({ netns }) => [{ netns, device: POD_DEVICE, ip: ROUTED_GATEWAY, mac: mac.podGateway() }],
    sysctls: ({ link }) => linkSysctls(link, 'strict'),
  },
};

function place(view: NodeView): PlacedPod[] {
  return view.desired.pods.flatMap((pod) => {
    const block = blockOf(view.node, pod.ip);
    // A pod outside the node's blocks has no gateway here; it waits for the block to arrive.
    return block === null ? [] : [{ pod, block, netns: podNetnsName(pod.id), link: podLinkName(pod.id) }];
  });
}

/** Namespaces, links, addresses and routes of the node's pods. */
export function pods(view: NodeView): Fragment {
  const wiring = WIRING[view.node.podLink];
  const mtu = podMtu(view);
  const placed = place(view);
  return {
    netns: placed.map(({ netns }) => ({ name: netns })),
    links: placed.map(
      ({ pod, netns, link }): VethLink => ({
        kind: 'veth',
        netns: null,
        name: link,
        mtu,
        mac: mac.podGateway(),
        up: true,
        master: wiring.master,
        hairpin: wiring.master !== null,
        peer: { netns, name: POD_DEVICE, mtu, mac: mac.pod(pod.ip) },
      }),
    ),
    addresses: placed.flatMap(wiring.addresses),
    routes: placed.flatMap(wiring.routes),
    neighbours: placed.flatMap(wiring.neighbours),
    sysctls: placed.flatMap(wiring.sysctls),
  };
}
