import { EMPTY_CONFIG } from '@weft/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestFleet, type TestFleet } from '../test-fleet.ts';
import { type Askers, createAskers } from './askers.ts';
import type { ServiceCase } from './case.ts';
import { startLightServers } from './light-servers.ts';
import { play, startPods } from './play.ts';
import type { Program } from './programs.ts';
import { asksOverSctp, casesOf } from './suite-cases.ts';

/** Where the echo servers of pods listen. */
const ECHO_PORT = 8080;

/**
 * Runs cases, every one that `which` does not leave out, on three nodes of real namespaces: one program after the other on hosts that the one before left bare, or on
 * new ones where they have to be prepared. A case begins on what the one before it left, as on a fleet in use.
 */
export function describeServices(programs: readonly Program[], which: (program: Program, one: ServiceCase) => boolean): void {
  let fleet: TestFleet | undefined;
  const bareFleet = async (prepare: Program['prepare']): Promise<TestFleet> => {
    if (fleet !== undefined && prepare === undefined) return fleet;
    await fleet?.destroy();
    fleet = await createTestFleet();
    await prepare?.(fleet);
    return fleet;
  };
  afterAll(() => fleet?.destroy());

  describe.each(programs)('$name', (program) => {
    const { backend, prepare } = program;
    const cases = casesOf(backend).filter((one) => which(program, one));
    let on: TestFleet;
    let askers: Askers;
    const ends: (() => Promise<void>)[] = [];
    beforeAll(async () => {
      on = await bareFleet(prepare);
      askers = createAskers(on);
      ends.push(askers.end);
      await startPods(on, backend);
      if (cases.some(asksOverSctp)) ends.push(await startLightServers(on, 'sctp', ECHO_PORT));
    });
    afterAll(async () => {
      for (const end of ends) await end();
    });

    it.each(cases)('$feature: $shows', async ({ phases }) => {
      expect(await play(on, askers, backend, phases)).toBeNull();
    });

    it('leaves nothing behind', async () => {
      expect(await on.clear()).toEqual([EMPTY_CONFIG, EMPTY_CONFIG, EMPTY_CONFIG]);
    });
  });
}
