import { setTimeout as pause } from 'node:timers/promises';
import { type Figure, figure } from '../harness/figure.ts';
import { processorSeconds } from './processor-time.ts';
import type { Rig } from './rig.ts';

/** Processor time that a fleet costs in which nothing happens, by who takes it, in cores: every node renews its lease each ten seconds, and listens for hints. */
export async function idle({ site, plane, fleet }: Rig, seconds: number): Promise<Figure[]> {
  const parts: Readonly<Record<string, readonly number[]>> = {
    'control plane': [plane.pid],
    Postgres: [site.postgresPid],
    Redis: [site.redisPid],
    'the nodes themselves': fleet.pids,
  };
  const taken = () => Object.values(parts).map((pids) => pids.reduce((sum, pid) => sum + processorSeconds(pid), 0));
  const from = performance.now();
  const before = taken();
  await pause(seconds * 1000);
  const after = taken();
  const passed = (performance.now() - from) / 1000;
  const cores = after.map((sum, at) => (sum - (before[at] ?? 0)) / passed);
  const what = (name: string) => ({ name: `idle: ${name}`, size: fleet.size, unit: 'cores' as const });
  return [
    figure(what('control plane, Postgres and Redis together'), [cores.slice(0, 3).reduce((sum, one) => sum + one, 0)]),
    ...Object.keys(parts).map((name, at) => figure(what(name), [cores[at] ?? 0])),
  ];
}
