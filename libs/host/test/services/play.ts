import { eventually } from '@weft/testing';
import { expect } from 'vitest';
import type { FleetSpec, TestFleet } from '../test-fleet.ts';
import type { Askers } from './askers.ts';
import type { Phase, Probe } from './case.ts';
import { judge, judgeSame } from './judge.ts';

/** How long to wait for what must not come, in ms. */
const SILENCE_MS = 1_500;
/** How long to wait for what must come, in ms; emulated processors are slow. */
const ANSWER_MS = 10_000;

/** Enough for each of `n` endpoints to be among those drawn: missing one of three in 60 has a chance of 1 in 10 billion. */
const timesFor = (endpoints: number) => (endpoints === 1 ? 3 : endpoints * 20);

function timesOf({ times, expect: expected }: Probe): number {
  if (times !== undefined) return times;
  return typeof expected === 'object' && 'from' in expected ? timesFor(expected.from.length) : 1;
}

/** Who answered those that are to find the same, by what they are to find. */
type Found = Map<string, string>;

async function look(askers: Askers, probe: Probe, answerMs: number, found: Found): Promise<string | null> {
  const { who, to, by, rounds = 1, held = false } = probe;
  const patienceMs = probe.expect === 'silence' ? SILENCE_MS : answerMs;
  const outcomes = await askers.ask(who, to, { times: timesOf(probe), rounds, patienceMs, held, ...(by === undefined ? {} : { by }) });
  return judge(probe, outcomes) ?? judgeSame(probe, outcomes, found);
}

async function complaintOf(askers: Askers, probe: Probe, answerMs: number, found: Found): Promise<string | null> {
  if (typeof probe.expect === 'string' || !('inTheEnd' in probe.expect)) return look(askers, probe, answerMs, found);
  let complaint: string | null = null;
  const satisfied = async () => {
    complaint = await look(askers, probe, answerMs, found);
    return complaint === null;
  };
  // Each question keeps the memory of a client alive, so the next one comes after the longest time that the suite has asked for.
  await eventually(`an answer of ${probe.expect.inTheEnd}`, satisfied, { withinMs: 20_000, everyMs: 2_500 }).catch(() => undefined);
  return complaint;
}

/** Brings a fleet of test hosts to a state. Fails when a node could not be programmed. */
export async function applyTo(fleet: TestFleet, backend: FleetSpec['backend'], changes: Phase['fleet']): Promise<void> {
  const applied = await fleet.apply({ podLink: 'bridge', overlay: 'auto', ...(backend ? { backend } : {}), ...changes });
  expect(applied.map(({ failure }) => failure?.message ?? null)).toEqual([null, null, null]);
}

/** How long it may take until a fleet stands and every pod answers, in ms, on the slowest kernel. */
export const STANDS_MS = 300_000;

/**
 * Starts every pod on a fleet that has none. Servers of pods take longer to start than they are given where a processor is emulated or busy; they are tried again, as by an
 * executor.
 */
export async function startPods(fleet: TestFleet, backend: FleetSpec['backend']): Promise<void> {
  await eventually('every pod', () => applyTo(fleet, backend, {}).then(() => true), { withinMs: 100_000 });
}

async function firstComplaint(
  fleet: TestFleet,
  askers: Askers,
  backend: FleetSpec['backend'],
  phases: readonly Phase[],
  answerMs: number,
): Promise<string | null> {
  const found: Found = new Map();
  await applyTo(fleet, backend, { services: [] });
  for (const [number, phase] of phases.entries()) {
    await applyTo(fleet, backend, phase.fleet);
    for (const probe of phase.probes) {
      const complaint = await complaintOf(askers, probe, answerMs, found);
      if (complaint !== null) return `phase ${number + 1}, ${JSON.stringify(probe)}: ${complaint}`;
    }
  }
  return null;
}

/** Goes through the phases of a case and gives the first thing that was not as it should be; null when all was. What must come is waited for `answerMs` ms. */
export async function play(
  fleet: TestFleet,
  askers: Askers,
  backend: FleetSpec['backend'],
  phases: readonly Phase[],
  answerMs: number = ANSWER_MS,
): Promise<string | null> {
  try {
    return await firstComplaint(fleet, askers, backend, phases, answerMs);
  } finally {
    await askers.release();
  }
}
