import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { LiveAnswer, LiveQuestion } from '@weft/jobs';
import { type Look, type LookParts, look } from './look.ts';
import { both, covers, type LookScope, scopeOf } from './scope.ts';
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
  readonly scope: LookScope;
}

const compress = promisify(gzip);

/** Tells what is in the kernel. Whoever asks while it is being looked waits for the next look, which is one for all of them, and no wider than they ask. */
export class Live {
  readonly #parts: LiveParts;
  /** The one that was asked for last at the end. */
  #kept: readonly KeptLook[] = [];
  #looking: Promise<unknown> = Promise.resolve();
  #next: { scope: LookScope; readonly look: Promise<KeptLook> } | null = null;
  #forgetting: NodeJS.Timeout | undefined;

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  /** Rejects when the host cannot be read. */
  async answer({ select, after, limit }: LiveQuestion): Promise<LiveAnswer> {
    const scope = scopeOf(select);
    const kept = this.#kept.find(({ id }) => id === after?.look);
    if (after !== null && kept === undefined) return this.#gone();
    const found = kept !== undefined && covers(kept.scope, scope) ? kept : await this.#look(scope);
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

  #look(scope: LookScope): Promise<KeptLook> {
    if (this.#next !== null) this.#next.scope = both(this.#next.scope, scope);
    else this.#next = { scope, look: this.#looking.then(() => this.#begin(scope)) };
    return this.#next.look;
  }

  #begin(asked: LookScope): Promise<KeptLook> {
    const scope = this.#next?.scope ?? asked;
    this.#next = null;
    const found = this.#lookNow(scope);
    this.#looking = found.catch(() => undefined);
    return found;
  }

  async #lookNow(scope: LookScope): Promise<KeptLook> {
    const { newId, now } = this.#parts;
    const found = await look(this.#parts, scope);
    return { ...found, id: newId(), at: now(), scope };
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
