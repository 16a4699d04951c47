import { setTimeout as sleep } from 'node:timers/promises';

/** How long and how often to look. Both in milliseconds. */
export interface Patience {
  readonly withinMs?: number;
  readonly everyMs?: number;
}

/**
 * Looks until the answer is there: calls `look` again and again until it gives something other than null, undefined or false.
 *
 * @param what names the awaited thing in the error
 * @throws Error when the time is over; the last error that `look` threw is its cause
 */
export async function eventually<T>(what: string, look: () => Promise<T> | T, patience: Patience = {}): Promise<NonNullable<T>> {
  const { withinMs = 10_000, everyMs = 20 } = patience;
  const deadline = performance.now() + withinMs;
  let cause: unknown;
  do {
    try {
      const seen = await look();
      if (seen !== null && seen !== undefined && seen !== false) return seen;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await sleep(everyMs);
  } while (performance.now() < deadline);
  throw new Error(`${what}: not within ${withinMs / 1000} s`, { cause });
}
