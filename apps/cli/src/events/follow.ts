import { setTimeout as sleep } from 'node:timers/promises';
import { maySoonAnswer, PATIENCE_MS } from '../objects/objects.ts';
import type { FleetEvent } from './event.ts';

/** How often is looked again, in ms. */
const LOOK_EVERY_MS = 1_000;

/** How far back each look reaches, in ms: what was committed a moment ago may carry an older time, and clocks of nodes differ. */
const OVERLAP_MS = 60_000;

/**
 * Every event from a time on, as it becomes known, each version of it once: an event that is told again with other words is an event again. Ends when
 * the signal is aborted. An API that is gone is looked for as long as watches do; then throws ConnectionError or ApiError.
 */
export async function* followEvents(
  read: (since: string) => Promise<readonly FleetEvent[]>,
  since: string,
  signal: AbortSignal,
  everyMs = LOOK_EVERY_MS,
): AsyncGenerator<FleetEvent> {
  let told = new Map<string, FleetEvent>();
  let from = since;
  let answeredAt = performance.now();
  const patiently = (error: unknown): null => {
    if (signal.aborted || (maySoonAnswer(error) && performance.now() - answeredAt < PATIENCE_MS)) return null;
    throw error;
  };
  for (; !signal.aborted; await sleep(everyMs, undefined, { signal }).catch(() => {})) {
    const events = await read(from).catch(patiently);
    if (events === null) continue;
    answeredAt = performance.now();
    for (const event of events) if (told.get(event.id)?.message !== event.message) yield event;
    const newest = Math.max(Date.parse(since), ...events.map(({ at }) => Date.parse(at)));
    const next = Math.max(Date.parse(from), newest - OVERLAP_MS);
    from = new Date(next).toISOString();
    told = new Map([...told.values(), ...events].filter(({ at }) => Date.parse(at) >= next).map((event) => [event.id, event]));
  }
}
