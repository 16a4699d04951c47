import { Inject, Injectable } from '@nestjs/common';
import type { HintSender } from '@weft/jobs';
import type { Concerns, Store } from '@weft/store';
import type { Logger } from '@weft/telemetry';
import { Metrics } from '../metrics.ts';
import { HINTS, LOG, STORE } from '../tokens.ts';

/**
 * Wakes nodes. Nothing waits for it and nothing depends on it: a hint that is lost, because Redis is away or this process dies, is sent again
 * by the sweep. While hints are being sent, new ones are kept as one revision per node, so that what is pending is bounded by the fleet.
 */
@Injectable()
export class Dispatcher {
  private everyone = 0;
  private readonly named = new Map<string, number>();
  private sending: Promise<void> | null = null;
  private failing = false;

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(HINTS) private readonly hints: HintSender,
    private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Has the nodes concerned woken, in the background. */
  wake(concerns: Concerns, revision: number): void {
    if (concerns === 'all') this.everyone = Math.max(this.everyone, revision);
    else for (const name of concerns) this.named.set(name, Math.max(this.named.get(name) ?? 0, revision));
    this.sending ??= this.send().finally(() => {
      this.sending = null;
    });
  }

  /** Resolves when nothing is being sent. */
  async settled(): Promise<void> {
    await this.sending;
  }

  private async send(): Promise<void> {
    while (this.everyone > 0 || this.named.size > 0) {
      const wanted = new Map(this.named);
      const revision = this.everyone;
      this.named.clear();
      this.everyone = 0;
      try {
        if (revision > 0)
          for (const name of await this.store.fleet.nodeNames()) wanted.set(name, Math.max(wanted.get(name) ?? 0, revision));
        await Promise.all([...wanted].map(([name, at]) => this.hint(name, at)));
      } catch (error) {
        this.failed(error);
      }
    }
  }

  private async hint(name: string, revision: number): Promise<void> {
    try {
      await this.hints.hint(name, revision);
      this.metrics.hints.inc({ outcome: 'sent' });
      if (this.failing) this.log.info('hints go out again');
      this.failing = false;
    } catch (error) {
      this.metrics.hints.inc({ outcome: 'failed' });
      this.failed(error);
    }
  }

  /** One line when hints begin to fail, not one for each. */
  private failed(error: unknown): void {
    if (!this.failing) this.log.warn({ err: error }, 'hints do not go out; nodes are woken late, by the sweep or by their own heartbeat');
    this.failing = true;
  }
}
