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

/** How long a look is kept for those who read it part by part, since the last part, in ms. */
const KEPT_MS = 30_000;

interface KeptLook extends Look {
  readonly id: string;
  readonly at: number;
}

const compress = promisify(gzip);

/** Tells what is in the kernel. One look is kept at a time; it may be large. */
export class Live {
  readonly #parts: LiveParts;
  #kept: KeptLook | null = null;
  #forgetting: NodeJS.Timeout | null = null;

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  /** Rejects when the host cannot be read. */
  async answer({ select, after, limit }: LiveQuestion): Promise<LiveAnswer> {
    const found = after === null ? await this.#look() : this.#kept;
    if (found === null || (after !== null && found.id !== after.look)) return this.#gone();
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

  async #look(): Promise<KeptLook> {
    const { newId, now } = this.#parts;
    const found = await look(this.#parts);
    return { ...found, id: newId(), at: now() };
  }

  #keep(found: KeptLook): void {
    if (this.#forgetting !== null) clearTimeout(this.#forgetting);
    this.#kept = found;
    this.#forgetting = setTimeout(() => {
      this.#kept = null;
    }, KEPT_MS).unref();
  }

  #gone(): LiveAnswer {
    const at = new Date(this.#parts.now()).toISOString();
    return { kind: 'live', look: null, at, applied: null, objects: '', total: 0, truncated: false };
  }
}
