import type { ProcessMemory } from './process-memory.ts';

/** What giving back stands on. */
export interface SpareMemoryParts {
  readonly memory: ProcessMemory;
  /** True while the host is being changed or looked at. */
  readonly busy: () => boolean;
  /** Milliseconds, by a clock that nobody sets. */
  readonly now: () => number;
}

/** How often it is looked whether there is something to give back, in ms. */
const PERIOD_MS = 2_000;

/** A process whose objects have grown by no more between two looks, in bytes, does nothing much. */
const CALM_MAX = 1024 * 1024;

/** Less than this, in bytes, is not worth holding everything up for. */
const SPARE_MIN = 8 * 1024 * 1024;

/** Giving back takes at most one part in so many of the time. */
const REST = 50;

/**
 * Gives memory back when the process has nothing to do. Listing and comparing ten thousand services leaves it with half as much again as it needs until it does so
 * again. Giving it back holds everything up: for two to four tenths of a second with so many, on two busy processors.
 */
export class SpareMemory {
  readonly #parts: SpareMemoryParts;
  #timer: NodeJS.Timeout | null = null;
  /** What objects took at the last look; null: there was something to do then. */
  #objects: number | null = null;
  /** What was resident when all that could be had been given back. */
  #left = 0;
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(parts: SpareMemoryParts) {
    this.#parts = parts;
  }

  /** Looks from now on, until it is closed. */
  start(): void {
    this.#timer = setInterval(() => this.look(), PERIOD_MS);
    this.#timer.unref();
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** Gives back what is to spare, if nothing was to do since the last look. */
  look(): void {
    const { memory, busy, now } = this.#parts;
    const before = this.#objects;
    this.#objects = busy() ? null : memory.objects();
    if (before === null || this.#objects === null || Math.abs(this.#objects - before) > CALM_MAX) return;
    if (now() < this.#notBefore || memory.resident() < this.#left + SPARE_MIN) return;
    const startedAt = now();
    memory.giveBack();
    const endedAt = now();
    this.#left = memory.resident();
    this.#objects = memory.objects();
    this.#notBefore = endedAt + (endedAt - startedAt) * REST;
  }
}
