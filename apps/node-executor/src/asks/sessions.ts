/** Something that goes on until it is closed. */
export interface Closable {
  close(): void;
}

/** What nobody asked about for so long is ended, in ms: whoever had it begun is gone. */
const LEASE_MS = 5_000;

interface Held<T> {
  readonly what: T;
  timer: NodeJS.Timeout;
}

/** What goes on on this node for somebody far away, each under a name, for as long as they go on asking about it. */
export class Sessions<T extends Closable> {
  readonly #max: number;
  readonly #leaseMs: number;
  readonly #held = new Map<string, Held<T>>();
  /** Names under which something is being begun. */
  readonly #begun = new Set<string>();

  /** `max`: as many may go on at a time. */
  constructor(max: number, leaseMs: number = LEASE_MS) {
    this.#max = max;
    this.#leaseMs = leaseMs;
  }

  /** Begins something. Throws Error when too much goes on, or there is one of that name; and what `begin` throws. */
  async begin(name: string, begin: () => Promise<T>): Promise<T> {
    if (this.#held.has(name) || this.#begun.has(name)) throw new Error('it was begun before');
    if (this.#held.size + this.#begun.size >= this.#max) throw new Error(`no more than ${this.#max} of them go on at a time on a node`);
    this.#begun.add(name);
    try {
      const what = await begin();
      this.#held.set(name, { what, timer: this.#lease(name) });
      return what;
    } finally {
      this.#begun.delete(name);
    }
  }

  /** What goes on under a name; it goes on for another lease. Throws Error when there is none. */
  use(name: string): T {
    const held = this.#held.get(name);
    if (held === undefined) throw new Error('it has ended: nobody asked about it for a while, or this executor is another one');
    clearTimeout(held.timer);
    held.timer = this.#lease(name);
    return held.what;
  }

  /** Ends what goes on under a name, if anything does. */
  end(name: string): void {
    const held = this.#held.get(name);
    if (held === undefined) return;
    this.#held.delete(name);
    clearTimeout(held.timer);
    held.what.close();
  }

  /** Ends everything. */
  close(): void {
    for (const name of [...this.#held.keys()]) this.end(name);
  }

  #lease(name: string): NodeJS.Timeout {
    const timer = setTimeout(() => this.end(name), this.#leaseMs);
    timer.unref();
    return timer;
  }
}
