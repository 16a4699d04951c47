import { Inject, Injectable } from '@nestjs/common';
import type { Store } from '@weft/store';
import type { Logger } from '@weft/telemetry';
import { BackgroundLoop } from '../background-loop.ts';
import { Announcements } from '../changes/announcements.ts';
import type { Config } from '../config.ts';
import { CONFIG, LOG, STORE } from '../tokens.ts';
import { systemContext } from './system-context.ts';

/** How often leases are looked at, in seconds: how much later than its time is up a node is given up, and how much later than it speaks one is taken back. */
const PERIOD_SECONDS = 2;

/**
 * Looks at the leases of nodes in a loop of its own, as nothing else may hold it up: a gap in it is amnesty. Every replica asks; the database lets one of them look, and is the only
 * one whose clock is asked.
 */
@Injectable()
export class LeaseWatch {
  private readonly options: { readonly periodSeconds: number; readonly heartbeatSeconds: number };
  private readonly loop: BackgroundLoop;

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CONFIG) config: Config,
    private readonly announcements: Announcements,
    @Inject(LOG) private readonly log: Logger,
  ) {
    this.options = { periodSeconds: Math.min(PERIOD_SECONDS, config.WEFT_SWEEP_SECONDS), heartbeatSeconds: config.WEFT_HEARTBEAT_SECONDS };
    this.loop = new BackgroundLoop(this.options.periodSeconds * 1000, () => this.turn());
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async turn(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      this.log.warn({ err: error }, 'the leases of nodes cannot be looked at; it is tried again');
    }
  }

  private async look(): Promise<void> {
    for (const { verdict, committed } of await this.store.liveness.tick(systemContext('nodeLost'), this.options)) {
      const { object, revision } = committed;
      this.log[verdict === 'Returned' ? 'info' : 'warn']({ node: object.name, verdict, revision }, 'what is heard of a node has changed');
      this.announcements.announce(committed);
    }
  }
}
