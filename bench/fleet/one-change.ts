import { type Figure, figure } from '../harness/figure.ts';
import type { Rig } from './rig.ts';

/** A change is on all nodes within so many ms, or something is wrong. */
const WITHIN_MS = 60_000;

/** Milliseconds from one change, sent on an idle fleet, to its answer, to each node that has applied it, and to the last: where the answer is late, so is everything. */
export async function oneChange(rig: Rig, changes: number): Promise<Figure[]> {
  const [answered, each, last]: [number[], number[], number[]] = [[], [], []];
  for (let n = 0; n < changes; n += 1) {
    await rig.calm();
    const sentAt = performance.timeOrigin + performance.now();
    const revision = await rig.weights.change();
    answered.push(performance.timeOrigin + performance.now() - sentAt);
    await rig.applied(revision, WITHIN_MS);
    const took = rig.fleet.log.times(revision).map((at) => at - sentAt);
    each.push(...took);
    last.push(Math.max(...took));
  }
  const what = (name: string) => ({ name: `one change: ${name}`, size: rig.fleet.size, unit: 'ms' as const });
  return [
    figure(what('answered, p50'), answered),
    figure(what('answered, the slowest'), answered, { share: 1 }),
    figure(what('applied on a node, p50'), each),
    figure(what('applied on a node, p99'), each, { share: 0.99 }),
    figure(what('applied on all nodes, p50'), last),
    figure(what('applied on all nodes, the slowest'), last, { share: 1 }),
  ];
}
