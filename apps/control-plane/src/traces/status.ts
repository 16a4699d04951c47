import { compile } from '@weft/compiler';
import { inventory } from '@weft/kernel';
import type { DesiredNode, Trace, TraceNote, TraceStatus } from '@weft/model';
import type { ConcernedStates } from '../reachability/fleet-states.ts';
import { keptBy, type SeenOn } from './correlate.ts';
import type { Found } from './following.ts';
import { hopsOf, type Known } from './hops.ts';
import { type KnownNode, UNKNOWN_NODE } from './known-node.ts';
import type { NodeTrace } from './node-trace.ts';
import { verdictOf } from './verdict.ts';

/** Where it was looked for a packet. */
export interface Looked {
  readonly traces: readonly Pick<NodeTrace, 'node' | 'silent'>[];
  /** All nodes of the fleet. */
  readonly nodes: readonly DesiredNode[];
  readonly states: ConcernedStates;
}

const IPVS_UNTOLD = 'the kernel does not show which IPVS service leads a packet: what it becomes is shown';

const REASON_UNTOLD =
  'why the kernel kept it is not shown: it says so where it describes its types (/sys/kernel/btf/vmlinux), Perl is there, and the executor may load BPF. nstat -az on the node counts what the reverse path filter and others keep';

/** What could not be seen on nodes. */
function notesOf(way: readonly SeenOn[], { traces, nodes }: Looked): TraceNote[] {
  const crossed = new Set(way.map(({ node }) => node));
  const ipvs = nodes.filter(({ name, backend }) => crossed.has(name) && backend === 'ipvs');
  return [
    ...traces.flatMap(({ node, silent }): TraceNote[] =>
      silent === null ? [] : [{ code: 'NodeCannotBeAsked', node, text: `${node}: ${silent}` }],
    ),
    ...way
      .filter(({ sighting }) => keptBy(sighting) !== null && sighting.reason === null)
      .map(({ node }): TraceNote => ({ code: 'RulesNotShown', node, text: REASON_UNTOLD })),
    ...ipvs.map(({ name }): TraceNote => ({ code: 'RulesNotShown', node: name, text: IPVS_UNTOLD })),
  ];
}

/** What the nodes of a way are to have, and who has which address. */
async function knownOf(way: readonly SeenOn[], { nodes, states }: Looked): Promise<Known> {
  const byName = new Map<string, KnownNode>();
  const byAddress = new Map(nodes.map(({ name, address }) => [address?.split('/')[0] ?? '', `node ${name}`]));
  for (const { id, name } of nodes.filter((node) => way.some((seen) => seen.node === node.name))) {
    const state = await states.of(id);
    byName.set(name, { objects: inventory(compile(state, id)), ownersOf: (object) => states.ownersOf(id, object) });
    for (const pod of state.pods) byAddress.set(pod.ip, `pod ${pod.namespace}/${pod.name}`);
  }
  return { node: (name) => byName.get(name) ?? UNKNOWN_NODE, whoHas: (ip) => byAddress.get(ip) ?? null };
}

/** What a trace found, in the words of the API. Throws ProblemError when it is not known any more what nodes are to have. */
export async function statusOf(trace: Trace, { way, sent }: Found, looked: Looked): Promise<TraceStatus> {
  const notes = notesOf(way, looked);
  if (sent === null && way.length === 0) {
    const why = notes[0]?.text ?? 'no such packet came in time';
    return { phase: 'Failed', verdict: null, why, hops: [], notes };
  }
  const verdict = verdictOf(sent, way, trace.protocol !== 'UDP');
  return { phase: 'Done', ...verdict, hops: hopsOf(way, await knownOf(way, looked)), notes };
}
