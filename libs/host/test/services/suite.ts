import { EMPTY_CONFIG } from '@weft/kernel';
import type { Backend } from '@weft/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestFleet, type TestFleet } from '../test-fleet.ts';
import { type Askers, createAskers } from './askers.ts';
import { applyTo, play } from './play.ts';
import { casesOf } from './suite-cases.ts';

/** A way of programming services, as the suite tells them apart. */
export interface Program {
  readonly name: string;
  readonly backend: Backend;
  /** Done to the fresh hosts before anything else, such as putting another variant of a tool in their way. */
  readonly prepare?: (fleet: TestFleet) => Promise<void>;
}

/** Runs every case on three nodes of real namespaces, one fleet for each program: a case begins on what the one before it left, as on a fleet in use. */
export function describeServices(programs: readonly Program[]): void {
  describe.each(programs)('$name', ({ backend, prepare }) => {
    let fleet: TestFleet;
    let askers: Askers;
    beforeAll(async () => {
      fleet = await createTestFleet();
      await prepare?.(fleet);
      askers = createAskers(fleet);
      await applyTo(fleet, backend, {});
    });
    afterAll(async () => {
      await askers.end();
      await fleet.destroy();
    });

    it.each(casesOf(backend))('$feature: $shows', async ({ phases }) => {
      expect(await play(fleet, askers, backend, phases)).toBeNull();
    });

    it('leaves nothing behind', async () => {
      expect(await fleet.clear()).toEqual([EMPTY_CONFIG, EMPTY_CONFIG, EMPTY_CONFIG]);
    });
  });
}
