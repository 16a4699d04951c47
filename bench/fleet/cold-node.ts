import { setTimeout as pause } from 'node:timers/promises';
import { type Figure, figure } from '../harness/figure.ts';
import { timed } from '../harness/in-turns.ts';
import { type Rig, servicesOf } from './rig.ts';

const LOOK_MS = 10;
const WITHIN_MS = 60_000;

/** Milliseconds from when one more host begins to join until it has pulled, checked, compiled and applied everything. */
export async function coldNode({ fleet, plane }: Rig): Promise<Figure[]> {
  const snapshot = await timed(() => plane.client.ok('GET', '/services?limit=500'));
  const { number, from } = await fleet.add();
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    await fleet.tell();
    const appliedAt = fleet.log.first(number);
    if (appliedAt !== null) {
      const name = `cold node: joins, pulls and applies ${servicesOf(fleet.size)} services`;
      return [
        figure({ name, size: fleet.size, unit: 'ms' }, [appliedAt - from], {
          floor: { name: 'GET of 500 services', samples: [snapshot] },
        }),
      ];
    }
    if (performance.now() > deadline) throw new Error('the node has not applied anything');
    await pause(LOOK_MS);
  }
}
