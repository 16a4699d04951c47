import type { ClusterNetwork, DesiredNode } from '@weft/model';
import { type NftFragment, rule } from './fragment.ts';
import { nodePortAddress } from './node-port-addresses.ts';
import { TRANSPORT } from './transport.ts';

/**
 * Drops what connection tracking cannot place, such as a segment outside its connection's window: it is translated neither here nor on its way back, so whoever gets it
 * knows of no such connection and resets it, and a transfer that went on ends (kubernetes/kubernetes#74839). A lost segment is sent again. Dropped is what comes from
 * a pod, and what is for a service address or, on this node, for a port of node ports; nothing else, and nothing that goes to pods: where the way back is another one,
 * connection tracking can place none of it.
 */
export function invalid({ nodePortRange: { from, to } }: Pick<ClusterNetwork, 'nodePortRange'>, node: DesiredNode): NftFragment {
  const check = rule('ct state invalid jump invalid');
  return {
    rules: {
      'filter-input': [check],
      'filter-forward': [check],
      invalid: [
        rule('ip saddr @pod-cidrs drop', 'from a pod'),
        rule('ip daddr @service-cidrs drop', 'to a service address'),
        rule(`${nodePortAddress(node)} ${TRANSPORT} th dport ${from}-${to} drop`, 'to a node port'),
      ],
    },
  };
}
