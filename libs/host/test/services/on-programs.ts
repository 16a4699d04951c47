import { afterAll, beforeAll, describe } from 'vitest';
import { createTestFleet, type TestFleet } from '../test-fleet.ts';
import { type Askers, createAskers } from './askers.ts';
import type { Phase, ServiceCase } from './case.ts';
import { startLightServers } from './light-servers.ts';
import { play, STANDS_MS, startPods } from './play.ts';
import { STRAY_PORT } from './probes.ts';
import type { Program } from './programs.ts';
import { asksOverSctp, casesOf } from './suite-cases.ts';

/** Where the echo servers of pods listen. */
const ECHO_PORT = 8080;

/** How long nothing has come of a segment out of place when it was dropped on its way: a reset comes at once, unless the machine has much else to do. */
const STRAYS_MS = 400;

/** A program at work on three nodes of real namespaces. */
export interface Stage {
  readonly cases: readonly ServiceCase[];
  /** Goes through phases and gives the first thing that was not as it should be; null when all was. What must come is waited for `answerMs` ms, or as long as the slowest kernel takes. */
  play(phases: readonly Phase[], answerMs?: number): Promise<string | null>;
  readonly fleet: () => TestFleet;
}

/** Which cases are played on which program. */
export type Which = (program: Program, one: ServiceCase) => boolean;

/**
 * Describes tests for programs, one after the other on hosts that the one before left bare, or on new ones where they have to be prepared. Every pod stands and answers
 * when they begin.
 */
export function onPrograms(programs: readonly Program[], which: Which, tests: (stage: Stage) => void): void {
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
      if (cases.some(asksOverSctp)) ends.push(await startLightServers(on, { protocol: 'sctp', port: ECHO_PORT }));
      ends.push(await startLightServers(on, { protocol: 'tcp', port: STRAY_PORT, straysMs: STRAYS_MS }));
    }, STANDS_MS);
    afterAll(async () => {
      for (const end of ends) await end();
    });

    tests({ cases, play: (phases, answerMs) => play(on, askers, backend, phases, answerMs), fleet: () => on });
  });
}
