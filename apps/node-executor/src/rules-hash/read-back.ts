import type { Host } from '@weft/reconcile';
import { errorChain, type Logger } from '@weft/telemetry';
import type { Dataplane } from '../dataplane/dataplane.ts';
import type { KnownRules } from '../dataplane/known-rules.ts';
import type { Recorder } from '../dataplane/recorder.ts';
import { foundHash } from './found-hash.ts';

/** What reading back stands on. */
export interface ReadBackParts {
  readonly host: Pick<Host, 'observe'>;
  readonly dataplane: Pick<Dataplane, 'standing' | 'applies'>;
  readonly recorder: Recorder;
  readonly rules: Pick<KnownRules, 'generation' | 'found'>;
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

/** What was read. */
interface Found {
  readonly rulesHash: string;
  /** The state that the rules of nftables were in all the time; null: nobody can say. */
  readonly generation: string | null;
  /** How many applies there had been when reading began. */
  readonly applies: number;
  /** When that was, in ms since 1970. */
  readonly at: number;
  readonly durationMs: number;
}

/** So many times in a row something may be applied while the kernel is read. The next time applies wait for the reading, as they do for every look. */
const SPOILED_MAX = 3;

/**
 * Reads the kernel back, some time after it was written, and puts down in a receipt whether it holds what it should: what tools said of themselves is only what they said.
 * Nobody waits for it; when something is applied meanwhile, it reads again. Only on a node that changes so often that this never ends, applies are held up for one reading.
 */
export class ReadBack {
  readonly #parts: ReadBackParts;
  /** When it reads again, by performance.now. */
  #next: { readonly timer: NodeJS.Timeout; readonly at: number } | null = null;
  #reading = false;
  #closed = false;
  /** How many applies there had been when it was read last. */
  #readAt = -1;
  #notBefore = 0;
  /** The last reading that was over without anything being applied meanwhile told nothing. */
  #mute = false;
  /** How many readings in a row told nothing, as something was applied meanwhile. */
  #spoiled = 0;

  constructor(parts: ReadBackParts) {
    this.#parts = parts;
  }

  /** True when the kernel is being read, or begins to be within so many ms. */
  readsWithin(ms: number): boolean {
    return this.#reading || (this.#next !== null && this.#next.at - performance.now() <= ms);
  }

  /** The same, and what it finds will be told; of the next reading nobody knows that where the last one failed, or nobody could say what it should have found. */
  tellsWithin(ms: number): boolean {
    return !this.#mute && this.readsWithin(ms);
  }

  /** Says that nothing is done to the host any more. */
  settled(): void {
    const { dataplane, soonMs } = this.#parts;
    const { standing, applies } = dataplane;
    if (this.#closed || this.#reading || this.#next !== null || standing === null || applies === this.#readAt) return;
    const wait = Math.max(soonMs, this.#notBefore - performance.now());
    this.#next = { timer: setTimeout(() => void this.#read(), wait), at: performance.now() + wait };
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#next?.timer);
  }

  async #read(): Promise<void> {
    this.#next = null;
    this.#reading = true;
    try {
      await (this.#spoiled < SPOILED_MAX ? this.#readBeside() : this.#readAlone());
    } catch (error) {
      this.#mute = true;
      this.#parts.log.warn({ why: errorChain(error) }, 'the kernel could not be read back');
    }
    this.#reading = false;
    this.settled();
  }

  /** Reads while things may be applied, and tells what it found only when nothing was. */
  async #readBeside(): Promise<void> {
    const found = await this.#look();
    if (found !== null) await this.#parts.still(() => this.#tell(found));
  }

  /** Reads while nothing is applied. */
  #readAlone(): Promise<void> {
    return this.#parts.still(async () => {
      const found = await this.#look();
      if (found !== null) await this.#tell(found);
    });
  }

  /** What is in the kernel; null: nobody knows what should be. */
  async #look(): Promise<Found | null> {
    const { host, dataplane, rules, rest, now } = this.#parts;
    const { standing, applies } = dataplane;
    if (standing === null) return null;
    const { compilation } = standing;
    const at = now();
    const startedAt = performance.now();
    try {
      const before = await rules.generation();
      const observed = await host.observe(compilation.fixed.sysctls, { pods: true });
      const generation = (await rules.generation()) === before ? before : null;
      return { rulesHash: foundHash(compilation, observed), generation, applies, at, durationMs: performance.now() - startedAt };
    } finally {
      const endedAt = performance.now();
      this.#notBefore = endedAt + (endedAt - startedAt) * rest;
    }
  }

  async #tell({ rulesHash, generation, applies, at, durationMs }: Found): Promise<void> {
    const { dataplane, recorder, rules, onRead, log } = this.#parts;
    const { standing } = dataplane;
    if (dataplane.applies !== applies || standing === null) {
      this.#spoiled += 1;
      return;
    }
    this.#spoiled = 0;
    this.#readAt = applies;
    const asExpected = await recorder.verified(standing, rulesHash, { at, durationMs });
    this.#mute = asExpected === null;
    if (asExpected === null) return;
    if (!asExpected) log.warn({ found: rulesHash }, 'the kernel holds something else than was applied');
    // Whoever starts or verifies compares with all that is wanted.
    if (asExpected && generation !== null && standing.leftOut?.length === 0) rules.found(generation, standing.compilation.hash);
    onRead(asExpected);
  }
}
