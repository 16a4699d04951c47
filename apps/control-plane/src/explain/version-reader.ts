import { ProblemError } from '@weft/model';
import type { DesiredVersion, Store } from '@weft/store';

/** Versions that are read at once. */
const PAGE = 16;

interface Read {
  /** Newest first. */
  readonly versions: DesiredVersion[];
  /** There are no older ones, or they are not kept. */
  complete: boolean;
}

/** Reads how objects were, back from one revision, and each version once. */
export class VersionReader {
  readonly #past: Store['past'];
  readonly #from: number;
  readonly #read = new Map<string, Read>();

  constructor(past: Store['past'], from: number) {
    this.#past = past;
    this.#from = from;
  }

  /** The version of an object that held at a revision, the first one of `from` or an earlier one; null: there was none, or it is not kept. */
  async at(id: string, revision: number): Promise<DesiredVersion | null> {
    const read = this.#read.get(id) ?? { versions: [], complete: false };
    this.#read.set(id, read);
    for (;;) {
      const found = read.versions.find((version) => version.revision <= revision);
      if (found !== undefined || read.complete) return found ?? null;
      await this.#more(id, read);
    }
  }

  async #more(id: string, read: Read): Promise<void> {
    const last = read.versions.at(-1);
    const upTo = last === undefined ? this.#from : last.revision - 1;
    const page = await this.#past.versionsOf(id, { upTo, limit: PAGE }).catch((error: unknown) => {
      // What is before the past that is kept cannot be asked for.
      if (last !== undefined && error instanceof ProblemError && error.code === 'Expired') return [];
      throw error;
    });
    read.complete = page.length < PAGE;
    read.versions.push(...page);
  }
}
