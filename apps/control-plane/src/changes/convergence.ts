import { Inject, Injectable } from '@nestjs/common';
import type { Concerns, Store } from '@weft/store';
import { Bell } from '../clock.ts';
import { STORE } from '../tokens.ts';

/** How often to look when another replica may have taken a node's report, in ms. */
const LOOK_EVERY_MS = 100;

/** Waits until nodes have applied what was changed. */
@Injectable()
export class Convergence {
  private readonly reports = new Bell();
  private readonly stopped = new AbortController();

  constructor(@Inject(STORE) private readonly store: Store) {}

  /** A node has told this replica what it applied. */
  reported(): void {
    this.reports.ring();
  }

  /** Resolves when every node concerned has applied the revision, or after that many seconds, whichever is first. */
  async reached(revision: number, concerns: Concerns, seconds: number): Promise<void> {
    const deadline = performance.now() + seconds * 1000;
    while (!this.stopped.signal.aborted) {
      const { desired, applied } = await this.store.fleet.progress(revision, concerns);
      const left = deadline - performance.now();
      if (applied >= desired || left <= 0) return;
      await this.reports.wait(Math.min(LOOK_EVERY_MS, left), this.stopped.signal);
    }
  }

  /** Ends all waits: the process is going down. */
  stop(): void {
    this.stopped.abort();
  }
}
