import type { DesiredState } from '@weft/model';
import type { Wanted } from '../dataplane/compilation.ts';
import type { DesiredStore } from './desired-store.ts';

/** Carries out a write, and lets the work go on when the disk refuses it. */
type Kept = (write: () => Promise<void>) => Promise<void>;

/** What of the states that are applied is written down: each once and before it is applied, and that it is good when it was applied whole. */
export class WrittenState {
  readonly #store: DesiredStore;
  readonly #kept: Kept;
  #last: { readonly desired: DesiredState; readonly good: boolean } | null = null;
  #safe: Promise<void> = Promise.resolve();

  constructor(store: DesiredStore, kept: Kept) {
    this.#store = store;
    this.#kept = kept;
  }

  /** The state written down last was applied whole. */
  get isGood(): boolean {
    return this.#last?.good === true;
  }

  /** Waits until the disk has it, power cut or not. Never throws. */
  safe(): Promise<void> {
    return this.#safe;
  }

  /** Writes a state down, if it is not. It outlives this process then; for when it outlives a power cut see `safe`. */
  async write({ nodeId, desired, delta }: Wanted): Promise<void> {
    if (this.#last?.desired === desired) return;
    this.#last = { desired, good: false };
    await this.#kept(async () => {
      const { safe } = await this.#store.keep({ nodeId, desired, delta });
      this.#safe = this.#kept(() => safe);
    });
  }

  /** Says that a state stands for the one before, whose objects it has. */
  follow(before: DesiredState, desired: DesiredState): void {
    this.#store.follow(before, desired);
    if (this.#last?.desired === before) this.#last = { ...this.#last, desired };
  }

  /** Says that a state was applied whole; nothing comes of it when it is not the one that is written down. */
  markGood(desired: DesiredState): void {
    if (this.#last?.desired !== desired) return;
    this.#last = { desired, good: true };
    this.#store.markGood();
  }
}
