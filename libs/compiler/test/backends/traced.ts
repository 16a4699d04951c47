import type { Backend, DesiredState } from '@weft/model';
import { node, plan } from '@weft/testing/desired';
import { compile } from '../../src/index.ts';
import { type Packet, type PacketNode } from '../../src/packets/index.ts';
import { type Trace, tracer } from '../packets/trace.ts';

/** Node 1 of the plan as its kernel sees it: host address, the bridge's address, a link for everything. */
export const NODE_1: PacketNode = {
  addresses: [plan.host(1), '100.64.1.1'],
  linkTo: (address) => (address.startsWith('100.64.1.') ? 'weft0' : 'eth0'),
};

export const backends: readonly Backend[] = ['nftables', 'iptables', 'ipvs'];

/**
 * A trace as the sender takes it: a process of the node is refused in the same way (ECONNREFUSED) by a reset and by an ICMP error, of which IPVS knows only the
 * latter (ip_vs_core.c, ip_vs_leave).
 */
function asTaken({ from, protocol }: Packet, trace: Trace): Trace {
  if (from !== 'node' || trace.verdict !== 'reject') return trace;
  return { verdict: 'reject', with: protocol === 'tcp' ? 'tcp-reset' : 'icmp-port-unreachable' };
}

/** What node 1 does to packets in a desired state on a backend, as those who send them take it. */
export function tracerOf(backend: Backend, state: DesiredState): (packet: Packet) => Trace {
  const nodes = state.nodes.map((own) => (own.id === node(1).id ? { ...own, backend } : own));
  const traced = tracer(compile({ ...state, nodes }, node(1).id), NODE_1);
  return (packet) => asTaken(packet, traced(packet));
}

/** Who may send a packet to a service: the rows of the outcome matrix. */
export const senders = {
  'a pod of this node': { from: 'link', source: plan.pod(1, 1) },
  'this node': { from: 'node', source: plan.host(1) },
  'this node by its bridge address': { from: 'node', source: '100.64.1.1' },
  'another node': { from: 'link', source: plan.host(2) },
  'a client outside': { from: 'link', source: plan.outside },
} as const satisfies Record<string, Pick<Packet, 'from' | 'source'>>;
