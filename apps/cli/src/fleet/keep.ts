import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildProcess } from '@weft/host';

/** A program that is to run for as long as the fleet does. */
export interface Service<Child extends ChildProcess = ChildProcess> {
  readonly name: string;
  /** Starts it and returns when it answers. */
  readonly start: () => Promise<Child>;
}

/** A program that is being kept running. */
export interface Kept<Child> {
  /** What the first start gave; what it says about addresses holds for later starts too. */
  readonly first: Child;
  readonly stop: () => Promise<void>;
}

/** What happens to a kept program, for the record and the log. */
export interface KeepEvents {
  readonly started: (name: string, pid: number) => void;
  readonly lost: (name: string, why: string, againInMs: number) => void;
}

/** Milliseconds before each new attempt: quick at first, then patient. */
export const BACKOFF_MS = [200, 500, 1000, 2000, 5000] as const;

/** One that ran for so long has recovered: the next loss starts with the shortest pause again. */
const RECOVERED_MS = 10_000;

/** The pause before the next attempt, after so many losses in a row. */
export const pauseAfter = (losses: number): number => BACKOFF_MS[Math.min(losses, BACKOFF_MS.length) - 1] ?? BACKOFF_MS[0];

/**
 * Starts a program and starts it again whenever it ends, until it is stopped.
 *
 * @throws whatever the first start throws; later starts that fail are tried again
 */
export async function keep<Child extends ChildProcess>(service: Service<Child>, events: KeepEvents): Promise<Kept<Child>> {
  const stopping = new AbortController();
  const first = await service.start();
  let child: Child | null = first;
  events.started(service.name, first.pid);

  const watching = (async () => {
    let losses = 0;
    let why = '';
    while (true) {
      const since = performance.now();
      if (child !== null) {
        await child.ended;
        why = 'it ended';
      }
      if (stopping.signal.aborted) return;
      losses = performance.now() - since > RECOVERED_MS ? 1 : losses + 1;
      events.lost(service.name, why, pauseAfter(losses));
      await sleep(pauseAfter(losses), undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      child = await service.start().catch((error: Error) => {
        why = error.message;
        return null;
      });
      if (child !== null) events.started(service.name, child.pid);
    }
  })();

  return {
    first,
    stop: async () => {
      stopping.abort();
      await child?.stop();
      await watching;
      // A start that was under way when the stop came.
      await child?.stop();
    },
  };
}
