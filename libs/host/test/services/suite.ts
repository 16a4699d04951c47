import { EMPTY_CONFIG } from '@weft/kernel';
import type { Backend } from '@weft/model';
import { eventually } from '@weft/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestFleet, type TestFleet } from '../test-fleet.ts';
import { type Askers, createAskers } from './askers.ts';
import type { Probe, ServiceCase } from './case.ts';
import { judge } from './judge.ts';
import { casesOf } from './suite-cases.ts';

/** A way of programming services, as the suite tells them apart. */
export interface Program {
  readonly name: string;
  readonly backend: Backend;
  /** Done to the fresh hosts before anything else, such as putting another variant of a tool in their way. */
  readonly prepare?: (fleet: TestFleet) => Promise<void>;
}

/** How long to wait for what must not come, and for what must; emulated processors are slow. */
const PATIENCE_MS = { silence: 1_500, answer: 10_000 };

/** Enough for each of `n` endpoints to be among those drawn: missing one of three in 60 has a chance of 1 in 10 billion. */
const timesFor = (endpoints: number) => (endpoints === 1 ? 3 : endpoints * 20);

function timesOf({ times, expect: expected }: Probe): number {
  if (times !== undefined) return times;
  return typeof expected === 'object' && 'from' in expected ? timesFor(expected.from.length) : 1;
}

async function look(askers: Askers, probe: Probe): Promise<string | null> {
  const patience = PATIENCE_MS[probe.expect === 'silence' ? 'silence' : 'answer'];
  return judge(probe, await askers.ask(probe.who, probe.to, timesOf(probe), patience));
}

async function complaintOf(askers: Askers, probe: Probe): Promise<string | null> {
  if (typeof probe.expect === 'string' || !('inTheEnd' in probe.expect)) return look(askers, probe);
  // Each question keeps the memory of a client alive, so the next one comes after the longest time that the suite has asked for.
  return eventually(`an answer of ${probe.expect.inTheEnd}`, async () => (await look(askers, probe)) === null, {
    withinMs: 30_000,
    everyMs: 2_500,
  }).then(() => null);
}

/**
 * Runs every case on three nodes of real namespaces, one fleet for each program: a case begins on what the one before it left, as on a fleet in use. Between
 * cases everything is taken away from the services, so that no connection or memory of clients is carried over.
 */
export function describeServices(programs: readonly Program[]): void {
  describe.each(programs)('$name', ({ backend, prepare }) => {
    let fleet: TestFleet;
    let askers: Askers;
    const apply = async (changes: ServiceCase['phases'][number]['fleet']) => {
      const applied = await fleet.apply({ podLink: 'bridge', overlay: 'auto', backend, ...changes });
      expect(applied.map(({ failure }) => failure?.message ?? null)).toEqual([null, null, null]);
    };
    beforeAll(async () => {
      fleet = await createTestFleet();
      await prepare?.(fleet);
      askers = createAskers(fleet);
      await apply({});
    });
    afterAll(async () => {
      await askers.end();
      await fleet.destroy();
    });

    it.each(casesOf(backend))('$feature: $shows', async ({ phases }) => {
      await apply({ services: [] });
      for (const [number, { fleet: changes, probes }] of phases.entries()) {
        await apply(changes);
        for (const probe of probes) {
          const complaint = await complaintOf(askers, probe);
          expect(complaint, `phase ${number + 1}: ${JSON.stringify(probe)}`).toBeNull();
        }
      }
    });

    it('leaves nothing behind', async () => {
      expect(await fleet.clear()).toEqual([EMPTY_CONFIG, EMPTY_CONFIG, EMPTY_CONFIG]);
    });
  });
}
