import type { Route } from '@weft/kernel';
import { mac, VXLAN_NAME } from '@weft/model';
import type { Fragment, NodeView } from '../fragment.ts';
import { blocksOf, tunnelAddress } from './blocks.ts';
import { linkSysctls } from './forwarding.ts';
import { tunnelMtu } from './mtu.ts';
import { hostOf, overlayOf, type Peer, peersOf } from './peers.ts';

function toPeer(peer: Peer, own: string): Fragment {
  const there = tunnelAddress(peer.node);
  if (there === null) return {};
  const vtep = mac.vtep(peer.node.id);
  return {
    neighbours: [{ netns: null, device: VXLAN_NAME, ip: there, mac: vtep }],
    fdb: [{ device: VXLAN_NAME, mac: vtep, destination: peer.address }],
    routes: blocksOf(peer.node).map(
      (block): Route => ({ netns: null, destination: block, via: there, device: VXLAN_NAME, scope: 'global', onlink: true, source: own }),
    ),
  };
}

/**
 * Tunnels to nodes that are not on the same subnet, or to all when the overlay is `vxlan`: no multicast and no learning, but one neighbour, one forwarding
 * entry and one route for each block of each such node. The device exists on every node as long as the mode of any may
 * need it: a node that joins elsewhere makes none, and what another node sends through its tunnel arrives while modes differ.
 */
export function vxlan(view: NodeView): Fragment {
  const { desired, node } = view;
  const own = tunnelAddress(node);
  const tunnelled = desired.nodes.some((one) => overlayOf(one, desired.cluster) !== 'direct');
  if (!tunnelled || node.address === null || own === null) return {};
  const { vni, port } = desired.cluster.vxlan;
  const remote = peersOf(view)
    .filter(({ way }) => way === 'vxlan')
    .map((peer) => toPeer(peer, own));
  return {
    links: [
      {
        kind: 'vxlan',
        netns: null,
        name: VXLAN_NAME,
        mtu: tunnelMtu(node),
        mac: mac.vtep(node.id),
        up: true,
        vni,
        local: hostOf(node.address),
        port,
      },
    ],
    addresses: [{ netns: null, device: VXLAN_NAME, cidr: `${own}/32` }],
    // Loose: while two nodes move from one way to another, a reply may come by the other one.
    sysctls: linkSysctls(VXLAN_NAME, 'loose'),
    neighbours: remote.flatMap(({ neighbours = [] }) => neighbours),
    fdb: remote.flatMap(({ fdb = [] }) => fdb),
    routes: remote.flatMap(({ routes = [] }) => routes),
  };
}
