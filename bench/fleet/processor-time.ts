import { readdirSync, readFileSync } from 'node:fs';
import type { Rig } from './rig.ts';

/** `getconf CLK_TCK` of every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/** What proc(5) says of a process: its parent, and the processor time of it and of children that it has waited for, in seconds; null: it is gone. */
function stat(pid: number): { readonly parent: number; readonly seconds: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] ?? 0), 0);
    return { parent: fields[1] ?? 0, seconds: ticks / TICKS_PER_SECOND };
  } catch {
    return null;
  }
}

/** Seconds of processor time that a process and those it started have taken so far. */
function processorSeconds(pid: number): number {
  const own = stat(pid)?.seconds ?? 0;
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = others.map((name) => stat(Number(name))).filter((one) => one?.parent === pid);
  return children.reduce((sum, child) => sum + (child?.seconds ?? 0), own);
}

/** Who takes processor time in a fleet. */
export const TAKERS = ['control plane', 'Postgres', 'Redis', 'the nodes themselves'] as const;
export type Taker = (typeof TAKERS)[number];

/** Seconds of processor time that each has taken so far. */
export function takenSoFar({ plane, site, fleet }: Pick<Rig, 'plane' | 'site' | 'fleet'>): Readonly<Record<Taker, number>> {
  const of = (pids: readonly number[]) => pids.reduce((sum, pid) => sum + processorSeconds(pid), 0);
  return {
    'control plane': of([plane.pid]),
    Postgres: of([site.postgresPid]),
    Redis: of([site.redisPid]),
    'the nodes themselves': of(fleet.pids),
  };
}
