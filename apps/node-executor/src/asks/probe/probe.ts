import type { ProbeAnswer, ProbeQuestion } from '@weft/jobs';
import { connectTo } from './connect.ts';
import { isOfFleet, type KnownFleet } from './known-addresses.ts';

/** Connects to targets. Throws Error for one that is nobody of the fleet, as far as this node knows it. */
export async function probe(question: ProbeQuestion, fleet: KnownFleet | null): Promise<ProbeAnswer> {
  const stranger = question.targets.find(({ ip }) => fleet === null || !isOfFleet(fleet, ip));
  if (stranger !== undefined) throw new Error(`${stranger.ip} is no address of the fleet that this node knows`);
  return { kind: 'probe', results: await Promise.all(question.targets.map((target) => connectTo(target, question))) };
}
