import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DriftReport } from '@weft/model';
import { z } from 'zod';
import { readIfThere, replaceText, setAside } from '../disk/atomic-file.ts';

/** Events that are kept while the control plane is away; beyond that the oldest go. */
const EVENTS_MAX = 200;

const SpoolFile = z.strictObject({
  events: z.array(DriftReport).max(EVENTS_MAX),
  standing: DriftReport.nullable().default(null),
});

/**
 * Drift events that the control plane has not acknowledged yet, on disk, oldest first. They are few: what comes back again and again is one. What stands is kept until it is
 * settled, acknowledged or not. No fsync, as with receipts: the next repair must not wait for a slow disk.
 */
export class DriftSpool {
  readonly #path: string;
  #events: readonly DriftReport[] = [];
  #standing: DriftReport | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  get size(): number {
    return this.#events.length;
  }

  /** The event put in last, if it is not settled. */
  get standing(): DriftReport | null {
    return this.#standing;
  }

  /** Reads what an earlier executor left. Returns where an unreadable file was moved to; null: there was none. */
  async load(): Promise<string | null> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const text = await readIfThere(this.#path);
    if (text === null) return null;
    try {
      const { events, standing } = SpoolFile.parse(JSON.parse(text));
      this.#events = events;
      this.#standing = standing;
      return null;
    } catch {
      return setAside(this.#path, 'unreadable');
    }
  }

  /** Puts an event in, or what is known of it now. When the disk does not take it this throws, and the event is kept in memory. */
  put(event: DriftReport): void {
    this.#events = [...this.#events.filter(({ id }) => id !== event.id), event].slice(-EVENTS_MAX);
    this.#standing = event.settledAt === null ? event : null;
    this.#write();
  }

  /** The oldest events, at most `count`. */
  peek(count: number): DriftReport[] {
    return this.#events.slice(0, count);
  }

  /** Forgets events that the control plane has as they are; what became known of one meanwhile is still to be told. */
  acknowledge(told: readonly DriftReport[]): void {
    const gone = new Set(told);
    this.#events = this.#events.filter((event) => !gone.has(event));
    this.#write();
  }

  #write(): void {
    replaceText(this.#path, JSON.stringify({ events: [...this.#events], standing: this.#standing } satisfies z.input<typeof SpoolFile>));
  }
}
