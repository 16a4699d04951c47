import { setTimeout as pause } from 'node:timers/promises';
import { type Figure, figure } from '../harness/figure.ts';
import { timed } from '../harness/in-turns.ts';
import { type Rig, servicesOf } from './rig.ts';

const LOOK_MS = 10;
const WITHIN_MS = 60_000;

/** Milliseconds from the start of one more node, which has joined, until it has pulled, checked, compiled and applied everything. */
export async function coldNode(rig: Rig): Promise<Figure[]> {
  const { fleet, plane, log } = rig;
  const snapshot = await timed(() => plane.client.ok('GET', '/services?limit=500'));
  const before = performance.timeOrigin + performance.now();
  const number = await fleet.add();
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const { applied } = await fleet.tell();
    log.take(applied);
    const own = applied.find(([node]) => node === number);
    if (own !== undefined) {
      const name = `cold node: joins, pulls and applies ${servicesOf(fleet.size)} services`;
      return [
        figure({ name, size: fleet.size, unit: 'ms' }, [own[2] - before], { floor: { name: 'GET of 500 services', samples: [snapshot] } }),
      ];
    }
    if (performance.now() > deadline) throw new Error('the node has not applied anything');
    await pause(LOOK_MS);
  }
}
