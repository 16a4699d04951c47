/** Work that is done for the newest of many things, beside whoever brings them. */
export interface NewestWork<T> {
  /** Brings something to work on, and returns at once. What was brought before and has not begun is passed over. */
  bring(one: T): void;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

/** Does one work after the other, never two at a time; none begins while the caller of `bring` goes on. `work` must not reject. */
export function forNewest<T>(work: (newest: T) => Promise<void>): NewestWork<T> {
  let waiting: { readonly one: T } | null = null;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    for (let next = waiting; next !== null; next = waiting) {
      waiting = null;
      await work(next.one);
    }
    running = null;
  }

  return {
    bring(one) {
      waiting = { one };
      running ??= run();
    },
    async settled() {
      await running;
    },
  };
}
