import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** How long to wait before a listener that ended is started again, in ms; doubled each time, and from the first again after it lived a while. */
const BACKOFF_MS = { first: 100, longest: 30_000 } as const;
const LIVED_MS = 60_000;

/** How long a tool may take from its start until it hears everything, in ms. */
const DEAF_MS = 300;

/** What a listener tells, and to whom. */
export interface ListenerOptions {
  readonly argv: () => readonly [string, ...string[]];
  /** A reader for each process: what one was in the middle of saying when it ended is nothing that the next one goes on with. */
  readonly open: () => Promise<(piece: string) => void>;
  /** Called when it has begun to listen, the first time too: nobody knows what happened before. */
  readonly missed: () => void;
}

/** A tool that goes on telling what happens. When it ends it is started again. It does not keep this process running, and ends with it however that ends. */
export class Listener {
  readonly #options: ListenerOptions;
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | null = null;
  #failures = 0;
  #startedAt = 0;
  #closed = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** True when it has ended and did not live for long. */
  get deaf(): boolean {
    return this.#failures > 1;
  }

  start(): void {
    void this.#listen();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#child?.kill('SIGKILL');
  }

  async #listen(): Promise<void> {
    this.#startedAt = performance.now();
    const tell = await this.#options.open().catch(() => null);
    if (this.#closed) return;
    if (tell === null) return this.#later();
    const [file, ...args] = this.#options.argv();
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' } });
    this.#child = child;
    child.unref();
    // It says on standard error that it missed something.
    for (const stream of [child.stdout, child.stderr] as (Socket | null)[]) stream?.setEncoding('utf8').on('data', tell).unref();
    child.once('error', () => undefined);
    child.once('close', () => this.#later());
    this.#wait(DEAF_MS, () => {
      this.#options.missed();
      this.#wait(LIVED_MS, () => {
        this.#failures = 0;
      });
    });
  }

  #later(): void {
    this.#child = null;
    if (this.#closed) return;
    if (performance.now() - this.#startedAt > LIVED_MS) this.#failures = 0;
    const wait = Math.min(BACKOFF_MS.first * 2 ** this.#failures, BACKOFF_MS.longest);
    this.#failures += 1;
    this.#wait(wait, () => void this.#listen());
  }

  #wait(ms: number, then: () => void): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
    this.#timer.unref();
  }
}
