import { setTimeout as pause } from 'node:timers/promises';
import { type Figure, figure } from '../harness/figure.ts';
import { TAKERS, takenSoFar } from './processor-time.ts';
import type { Rig } from './rig.ts';

/** Processor time that a fleet costs in which nothing happens, by who takes it, in cores: every node renews its lease each ten seconds, and listens for hints. */
export async function idle(rig: Rig, seconds: number): Promise<Figure[]> {
  const from = performance.now();
  const before = takenSoFar(rig);
  await pause(seconds * 1000);
  const after = takenSoFar(rig);
  const passed = (performance.now() - from) / 1000;
  const cores = TAKERS.map((name) => ({ name, value: (after[name] - before[name]) / passed }));
  const what = (name: string) => ({ name: `idle: ${name}`, size: rig.fleet.size, unit: 'cores' as const });
  const together = cores.slice(0, 3).reduce((sum, { value }) => sum + value, 0);
  return [
    figure(what('control plane, Postgres and Redis together'), [together]),
    ...cores.map(({ name, value }) => figure(what(name), [value])),
  ];
}
