import type { ClusterNetwork, DesiredNode } from '@weft/model';
import { CHAIN } from './chain-names.ts';
import { type IptablesFragment, jump } from './fragment.ts';
import { toNodePorts } from './node-ports.ts';
import { comment, from, to, toPort } from './rule-text.ts';

const INVALID = '-m conntrack --ctstate INVALID ';

/**
 * Drops what connection tracking cannot place, such as a segment outside its connection's window: it is translated neither here nor on its way back, so whoever gets it
 * knows of no such connection and resets it, and a transfer that went on ends (kubernetes/kubernetes#74839). A lost segment is sent again. Dropped is what comes from
 * a pod and what is for a service address; not what goes to pods: where the way back is another one, connection tracking can place none of it.
 */
export function invalid(podCidrs: readonly string[], serviceCidrs: readonly string[], more: readonly string[] = []): IptablesFragment {
  const purpose = 'what would leave untranslated';
  return {
    table: 'filter',
    jumps: [jump('INPUT', CHAIN.invalid, purpose, INVALID), jump('FORWARD', CHAIN.invalid, purpose, INVALID)],
    chains: [
      {
        name: CHAIN.invalid,
        rules: [
          ...podCidrs.map((cidr) => `${from(cidr)}${comment('from a pod')} -j DROP`),
          ...serviceCidrs.map((cidr) => `${to(cidr)}${comment('to a service address')} -j DROP`),
          ...more,
        ],
      },
    ],
  };
}

/** The same with what is for a port of node ports on this node, which is nobody's there while nothing translates it. */
export function invalidWithNodePorts(
  podCidrs: readonly string[],
  serviceCidrs: readonly string[],
  { nodePortRange: { from: first, to: last } }: Pick<ClusterNetwork, 'nodePortRange'>,
  node: DesiredNode,
): IptablesFragment {
  const { chains, ...rest } = invalid(podCidrs, serviceCidrs, toNodePorts(node, CHAIN.invalidNodePorts));
  const rules = ['tcp', 'udp', 'sctp'].map((protocol) => `${toPort(protocol, `${first}:${last}`, 'to a node port')} -j DROP`);
  return { ...rest, chains: [...chains, { name: CHAIN.invalidNodePorts, rules }] };
}
