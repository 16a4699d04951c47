import { startLightServer } from '@weft/testing/storms';
import type { TestFleet } from '../test-fleet.ts';
import { name, pod1, pod2, pod3, pod4 } from './probes.ts';

/** How servers answer in every pod. */
export interface LightServers {
  readonly protocol: 'tcp' | 'sctp';
  readonly port: number;
  /** Each answer comes behind a segment out of place, when that has brought a reset, or none for so many ms. */
  readonly straysMs?: number;
  /** Put before what starts each of them. */
  readonly through?: readonly string[];
}

/** Answers in every pod, beside the echo servers, until it is told to end. The pods must be there. */
export async function startLightServers(fleet: TestFleet, { through = [], ...how }: LightServers): Promise<() => Promise<void>> {
  const ends = await Promise.all(
    [pod1, pod2, pod3, pod4].map((who) => startLightServer([...through, ...fleet.onto(who, [])], { identity: name(who.pod), ...how })),
  );
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
}
