import type { Backend, DesiredState } from '@weft/model';
import { node, plan } from '@weft/testing/desired';
import { type Packet, type Trace, type TracedNode, tracer } from '@weft/testing/tracer';
import { BACKENDS } from '../../src/backends/index.ts';

/** Node 1 of the plan as its kernel sees it: host address, the bridge's address, a link for everything. */
export const NODE_1: TracedNode = {
  addresses: [plan.host(1), '100.64.1.1'],
  linkTo: (address) => (address.startsWith('100.64.1.') ? 'weft0' : 'eth0'),
};

/** Names of the backends that are rules and nothing else: what the tracer knows. */
export const backends: readonly Backend[] = ['nftables', 'iptables'];

/** What node 1 does to packets in a desired state on a backend. */
export function tracerOf(backend: Backend, desired: DesiredState): (packet: Packet) => Trace {
  const config = { nft: null, iptables: null, ...BACKENDS[backend].compile({ desired, node: node(1, { backend }) }) };
  return tracer(config, NODE_1);
}

/** Who may send a packet to a service: the rows of the outcome matrix. */
export const senders = {
  'a pod of this node': { from: 'link', source: plan.pod(1, 1) },
  'this node': { from: 'node', source: plan.host(1) },
  'this node by its bridge address': { from: 'node', source: '100.64.1.1' },
  'another node': { from: 'link', source: plan.host(2) },
  'a client outside': { from: 'link', source: plan.outside },
} as const satisfies Record<string, Pick<Packet, 'from' | 'source'>>;
