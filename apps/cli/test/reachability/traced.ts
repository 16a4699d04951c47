import type { Trace } from '@weft/model';
import { eventually } from '@weft/testing';
import type { LocalFleet } from '../fleet/local-fleet.ts';
import type { Connection } from './world.ts';

/** How long a packet is waited for that goes no further, in seconds. */
const WAIT_SECONDS = 3;

/** What becomes of a real packet that is followed. Null: nobody outside can be made to send one. */
export async function traced(fleet: LocalFleet, { question }: Connection): Promise<Trace['status'] | null> {
  if ('outside' in question.from) return null;
  const { id } = await fleet.call<Trace>('POST', '/traces', { ...question, timeoutSeconds: WAIT_SECONDS });
  const over = async () => {
    const { status } = await fleet.call<Trace>('GET', `/traces/${id}`);
    return status.phase === 'Running' ? null : status;
  };
  return eventually('the end of a trace', over, { withinMs: 60_000, everyMs: 200 });
}
