/** What the loop runs. */
export interface Passes {
  /** Does everything there is to do now; never throws. */
  pass(): Promise<void>;
  /** When the next pass is due if nothing wakes it, in ms since 1970. */
  nextPassAt(): number;
}

/** Runs passes one after the other until it is closed. */
export interface Loop {
  /** Asks for a pass. While one runs, any number of calls become exactly one more pass after it: none is lost, none overlaps. */
  wake(): void;
  /** Lets the running pass end and starts no other. */
  close(): Promise<void>;
}

/** `setTimeout` takes no more than this. */
const LONGEST_MS = 2 ** 31 - 1;

/** Starts passes: the first at once, then whenever woken or due. `now` gives ms since 1970. */
export function startLoop(passes: Passes, now: () => number): Loop {
  let dirty = true;
  let closing = false;
  let rouse: () => void = () => undefined;

  async function untilDue(): Promise<void> {
    if (dirty || closing) return;
    const waiting = Promise.withResolvers<void>();
    rouse = waiting.resolve;
    const timer = setTimeout(waiting.resolve, Math.min(Math.max(passes.nextPassAt() - now(), 0), LONGEST_MS));
    await waiting.promise;
    clearTimeout(timer);
  }

  async function run(): Promise<void> {
    while (!closing) {
      dirty = false;
      await passes.pass();
      await untilDue();
    }
  }
  const running = run();

  return {
    wake() {
      dirty = true;
      rouse();
    },
    async close() {
      closing = true;
      rouse();
      await running;
    },
  };
}
