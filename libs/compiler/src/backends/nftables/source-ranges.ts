import type { NftElement } from '@weft/kernel';
import { contains } from '@weft/model';
import type { ServicePort } from '../../services/service-ports.ts';
import { labelled } from './element.ts';
import { type NftFragment, rule } from './fragment.ts';
import { addressKey } from './frontends.ts';
import { PORTALS } from './portals.ts';
import { rangeElements } from './ranges.ts';

/**
 * Who may use load balancer addresses: asked before translation, of everybody, pods and the node too. Node ports and a service's own address stay open, as in
 * Kubernetes.
 */
export function sourceRanges(): NftFragment {
  const { match, type } = PORTALS.service;
  const check = [rule(`ct state new ${match} @restricted-ports ${match} . ip saddr != @allowed-sources drop`, 'not from there')];
  return {
    sets: [
      { name: 'restricted-ports', type, flags: [], comment: 'load balancer addresses that not everybody may use', elements: [] },
      { name: 'allowed-sources', type: `${type} . ipv4_addr`, flags: ['interval'], comment: 'who may use them', elements: [] },
    ],
    rules: { 'before-nat-prerouting': check, 'before-nat-output': check },
  };
}

/**
 * What the source ranges of a port add. A node that has the load balancer's address itself speaks to it by that very address: allowed where
 * the node is (as in kube-proxy).
 */
export function restricted(port: ServicePort, nodeAddress: string | null): NftElement[] {
  const { sourceRanges: ranges, loadBalancerIPs, label } = port;
  if (ranges.length === 0) return [];
  const nodeIsAllowed = nodeAddress !== null && ranges.some((range) => contains(range, nodeAddress));
  return loadBalancerIPs.flatMap((address) => {
    const key = addressKey(address, port);
    const allowed = rangeElements(nodeIsAllowed ? [...ranges, `${address}/32`] : ranges);
    return [
      { into: 'restricted-ports', key: labelled(key, label), data: null },
      ...allowed.map((range) => ({ into: 'allowed-sources', key: labelled(`${key} . ${range}`, label), data: null })),
    ];
  });
}
