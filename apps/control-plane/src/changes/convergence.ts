import { Inject, Injectable } from '@nestjs/common';
import type { Concerns, LaggingNode, Store } from '@weft/store';
import type { Logger } from '@weft/telemetry';
import { Bell } from '../clock.ts';
import { LOG, STORE } from '../tokens.ts';

/** How often to look when another replica may have taken a node's report, in ms. */
const LOOK_EVERY_MS = 100;

interface Waiter {
  readonly revision: number;
  readonly concerns: Concerns;
  readonly release: () => void;
}

/** A node that was not seen for a while, or is frozen, is not waited for: nobody knows when it comes back. */
function holdsUp(node: LaggingNode, { revision, concerns }: Waiter): boolean {
  return (
    node.phase !== 'NotReady' &&
    node.phase !== 'Frozen' &&
    node.appliedRevision < revision &&
    (concerns === 'all' || concerns.includes(node.name))
  );
}

/** Waits until nodes have applied what was changed. However many wait, one question to the database serves all of them. */
@Injectable()
export class Convergence {
  private readonly waiters = new Set<Waiter>();
  private readonly reports = new Bell();
  private looking: Promise<void> | null = null;

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** A node has told this replica what it applied. */
  reported(): void {
    this.reports.ring();
  }

  /** Resolves when every ready node concerned has applied the revision, after that many seconds, or when the client has gone. */
  async reached(revision: number, concerns: Concerns, seconds: number, gone: AbortSignal): Promise<void> {
    if (gone.aborted) return;
    await new Promise<void>((resolve) => {
      const waiter: Waiter = {
        revision,
        concerns,
        release: () => {
          clearTimeout(deadline);
          gone.removeEventListener('abort', waiter.release);
          this.waiters.delete(waiter);
          resolve();
        },
      };
      const deadline = setTimeout(waiter.release, seconds * 1000);
      gone.addEventListener('abort', waiter.release);
      this.waiters.add(waiter);
      this.looking ??= this.look();
    });
  }

  /** Ends all waits: the process is going down. */
  stop(): void {
    for (const { release } of this.waiters) release();
    this.reports.ring();
  }

  private async look(): Promise<void> {
    while (this.waiters.size > 0) {
      // Whoever begins to wait while the question is under way may have committed after it was asked.
      const asking = [...this.waiters];
      try {
        const lagging = await this.store.fleet.lagging();
        for (const waiter of asking) if (!lagging.some((node) => holdsUp(node, waiter))) waiter.release();
      } catch (error) {
        this.log.warn({ err: error }, 'cannot see how far nodes are; those who wait for them wait on');
      }
      if (this.waiters.size > 0) await this.reports.wait(LOOK_EVERY_MS);
    }
    this.looking = null;
  }
}
