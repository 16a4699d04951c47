import { crossings } from '@weft/compiler';
import type { CrossingAnswer, CrossingQuestion } from '@weft/jobs';
import type { DesiredState } from '@weft/model';
import type { LookParts } from '../live/look.ts';

/** What is needed to say what a kernel does to packets. */
export interface CrossingParts extends Pick<LookParts, 'host' | 'foreign' | 'still'> {
  readonly desired: () => DesiredState | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Says what the kernel, as it is now, does to packets that meet this node. Rejects when the host cannot be read, or the node is not known here. */
export async function crossing({ nodeId, arrivals }: CrossingQuestion, parts: CrossingParts): Promise<CrossingAnswer> {
  const node = parts.desired()?.nodes.find(({ id }) => id === nodeId);
  if (node === undefined) throw new Error(`${nodeId} is no node that this executor knows`);
  const [config, others] = await parts.still(() => Promise.all([parts.host.observe([], { pods: true }), parts.foreign.list()]));
  const cross = crossings(node, config, others);
  return { kind: 'crossing', at: new Date(parts.now()).toISOString(), crossings: arrivals.map((arrival) => [...cross(arrival)]) };
}
