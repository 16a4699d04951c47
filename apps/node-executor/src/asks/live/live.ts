import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { LiveAnswer, LiveQuestion } from '@weft/jobs';
import { type Look, type LookParts, look } from './look.ts';
import { selectLive } from './select.ts';

/** What answers questions about what is in the kernel. */
export interface LiveParts extends LookParts {
  readonly newId: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How long looks are kept for those who read them part by part, since the last part of any, in ms. */
const KEPT_MS = 30_000;

/** As many looks are kept, and as many objects in all of them but the newest: one of ten thousand services has a hundred thousand. */
const LOOKS_MAX = 4;
const OBJECTS_MAX = 200_000;

interface KeptLook extends Look {
  readonly id: string;
  readonly at: number;
}

const compress = promisify(gzip);

/** Tells what is in the kernel. Whoever asks while it is being looked waits for the next look, which is one for all of them. */
export class Live {
  readonly #parts: LiveParts;
  /** The one that was asked for last at the end. */
  #kept: readonly KeptLook[] = [];
  #looking: Promise<unknown> = Promise.resolve();
  #next: Promise<KeptLook> | null = null;
  #forgetting: NodeJS.Timeout | undefined;

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  /** Rejects when the host cannot be read. */
  async answer({ select, after, limit }: LiveQuestion): Promise<LiveAnswer> {
    const found = after === null ? await this.#look() : this.#kept.find(({ id }) => id === after.look);
    if (found === undefined) return this.#gone();
    this.#keep(found);
    const known = after?.known ?? 0;
    const all = selectLive(found.objects, select);
    const part = await compress(JSON.stringify(all.slice(known, known + limit)));
    return {
      kind: 'live',
      look: found.id,
      at: new Date(found.at).toISOString(),
      applied: found.applied,
      objects: part.toString('base64'),
      total: all.length,
      truncated: found.truncated,
    };
  }

  #look(): Promise<KeptLook> {
    this.#next ??= this.#looking.then(() => {
      this.#next = null;
      const found = this.#lookNow();
      this.#looking = found.catch(() => undefined);
      return found;
    });
    return this.#next;
  }

  async #lookNow(): Promise<KeptLook> {
    const { newId, now } = this.#parts;
    const found = await look(this.#parts);
    return { ...found, id: newId(), at: now() };
  }

  #keep(found: KeptLook): void {
    const kept = [...this.#kept.filter((one) => one !== found), found].slice(-LOOKS_MAX);
    const objects = (looks: readonly KeptLook[]) => looks.reduce((sum, one) => sum + one.objects.length, 0);
    while (kept.length > 1 && objects(kept) > OBJECTS_MAX) kept.shift();
    this.#kept = kept;
    clearTimeout(this.#forgetting);
    this.#forgetting = setTimeout(() => {
      this.#kept = [];
    }, KEPT_MS).unref();
  }

  #gone(): LiveAnswer {
    const at = new Date(this.#parts.now()).toISOString();
    return { kind: 'live', look: null, at, applied: null, objects: '', total: 0, truncated: false };
  }
}
