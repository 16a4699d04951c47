import type { Host } from '@weft/reconcile';
import { errorChain, type Logger } from '@weft/telemetry';
import type { Dataplane } from '../dataplane/dataplane.ts';
import type { Recorder } from '../dataplane/recorder.ts';
import { foundHash } from './found-hash.ts';

/** What reading back stands on. */
export interface ReadBackParts {
  readonly host: Pick<Host, 'observe'>;
  readonly dataplane: Pick<Dataplane, 'standing' | 'applies'>;
  readonly recorder: Recorder;
  /** Does something while nothing is done to the host. */
  readonly still: <T>(work: () => Promise<T>) => Promise<T>;
  /** Called when the kernel was read, with whether it holds what it should. */
  readonly onRead: (asExpected: boolean) => void;
  /** How soon after an apply the kernel is read, in ms: what is applied meanwhile is read with it. */
  readonly soonMs: number;
  /** The kernel is let alone for so many times as long as it took to read it. */
  readonly rest: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * Reads the kernel back, some time after it was written, and puts down in a receipt whether it holds what it should: what tools said of themselves is only what they said.
 * Nobody waits for it; when something is applied meanwhile, it reads again.
 */
export class ReadBack {
  readonly #parts: ReadBackParts;
  #timer: NodeJS.Timeout | null = null;
  #reading = false;
  #closed = false;
  /** How many applies there had been when it was read last. */
  #readAt = -1;
  #notBefore = 0;

  constructor(parts: ReadBackParts) {
    this.#parts = parts;
  }

  /** Says that nothing is done to the host any more. */
  settled(): void {
    const { dataplane, soonMs } = this.#parts;
    const { standing, applies } = dataplane;
    if (this.#closed || this.#reading || this.#timer !== null || standing === null || applies === this.#readAt) return;
    this.#timer = setTimeout(() => void this.#read(), Math.max(soonMs, this.#notBefore - performance.now()));
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    this.#timer = null;
    this.#reading = true;
    const startedAt = performance.now();
    try {
      await this.#compare(startedAt);
    } catch (error) {
      this.#parts.log.warn({ why: errorChain(error) }, 'the kernel could not be read back');
    }
    this.#reading = false;
    const now = performance.now();
    this.#notBefore = now + (now - startedAt) * this.#parts.rest;
    this.settled();
  }

  async #compare(startedAt: number): Promise<void> {
    const { host, dataplane, recorder, still, onRead, now, log } = this.#parts;
    const { standing, applies } = dataplane;
    if (standing === null) return;
    const at = now();
    const found = foundHash(standing.compilation, await host.observe(standing.compilation.fixed.sysctls, { pods: true }));
    await still(async () => {
      const stands = dataplane.standing;
      if (dataplane.applies !== applies || stands === null) return;
      this.#readAt = applies;
      const asExpected = await recorder.verified(stands, found, { at, durationMs: performance.now() - startedAt });
      if (asExpected === null) return;
      if (!asExpected) log.warn({ found }, 'the kernel holds something else than was applied');
      onRead(asExpected);
    });
  }
}
