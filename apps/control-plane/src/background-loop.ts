import { pause } from './clock.ts';

/** Takes one turn after the other in the background, with a pause between, from `start` until `stop`. A turn must not reject. */
export class BackgroundLoop {
  private readonly stopped = new AbortController();
  private readonly pauseMs: number;
  private readonly turn: () => Promise<void>;
  private running: Promise<void> | null = null;

  constructor(pauseMs: number, turn: () => Promise<void>) {
    this.pauseMs = pauseMs;
    this.turn = turn;
  }

  /** The first turn begins at once. */
  start(): void {
    this.running ??= this.run();
  }

  /** Resolves when the turn that is under way has ended. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      await this.turn();
      await pause(this.pauseMs, this.stopped.signal);
    }
  }
}
