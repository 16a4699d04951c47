import { Inject, Injectable } from '@nestjs/common';
import type { Store } from '@weft/store';
import type { Logger } from '@weft/telemetry';
import { BackgroundLoop } from '../background-loop.ts';
import { Announcements } from '../changes/announcements.ts';
import type { Config } from '../config.ts';
import { NodeRedis } from '../joining/node-redis.ts';
import { systemContext } from '../liveness/system-context.ts';
import { Metrics } from '../metrics.ts';
import { Rollouts } from '../rollouts/rollouts.ts';
import { Sealing } from '../sealing/sealing.ts';
import { CONFIG, LOG, STORE } from '../tokens.ts';
import { LONGEST, MS_PER_NODE } from './cohort.ts';
import { Dispatcher } from './dispatcher.ts';
import { Laggards } from './laggards.ts';

const TEN_MINUTES = 600;
const HOUR = 3600;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** One thing to be done again and again by one replica. */
interface Chore {
  readonly name: string;
  readonly everySeconds: number;
  readonly run: () => Promise<unknown>;
}

/** Of a longer period no more counts for what a node may lack, in seconds: a hint takes no longer because it is looked for seldom. */
const PERIOD_LONGEST = 2;

/**
 * Periodic upkeep: wakes nodes that lag, and forgets what is no longer needed. Every replica runs the loop; the database says who does the
 * work of a period, so that with N replicas it is done once, and a replica that dies in the middle costs one period.
 */
@Injectable()
export class Sweep {
  private readonly chores: readonly Chore[];
  private readonly loop: BackgroundLoop;
  private readonly seconds: number;
  private readonly laggards = new Laggards();

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CONFIG) config: Config,
    private readonly dispatcher: Dispatcher,
    private readonly announcements: Announcements,
    private readonly nodeRedis: NodeRedis,
    private readonly rollouts: Rollouts,
    sealing: Sealing,
    private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Logger,
  ) {
    const { WEFT_SWEEP_SECONDS: seconds } = config;
    this.seconds = seconds;
    const { upkeep } = store;
    this.chores = [
      { name: 'wake-lagging-nodes', everySeconds: seconds, run: () => this.wakeLagging() },
      { name: 'mend-redis-users', everySeconds: seconds, run: () => this.nodeRedis.mend() },
      { name: 'forget-join-tokens', everySeconds: HOUR, run: () => store.joining.tokens.forget(7 * DAY) },
      { name: 'forget-removed-nodes', everySeconds: HOUR, run: () => store.joining.forgetRemoved(YEAR) },
      { name: 'advance-drains', everySeconds: seconds, run: () => this.advanceDrains() },
      { name: 'advance-rollouts', everySeconds: seconds, run: () => this.rollouts.advance() },
      { name: 'end-overdue-pods', everySeconds: seconds, run: () => this.endOverduePods() },
      { name: 'release-quarantine', everySeconds: seconds, run: () => upkeep.releaseQuarantined(config.WEFT_QUARANTINE_SECONDS) },
      { name: 'expire-idempotency-keys', everySeconds: HOUR, run: () => upkeep.expireIdempotencyKeys(DAY) },
      { name: 'forget-receipt-texts', everySeconds: HOUR, run: () => upkeep.forgetReceiptTexts(config.WEFT_RECEIPT_TEXT_DAYS * DAY) },
      { name: 'forget-receipt-terms', everySeconds: HOUR, run: () => upkeep.forgetReceiptTerms(DAY) },
      { name: 'sign-checkpoint', everySeconds: TEN_MINUTES, run: () => sealing.keepCheckpoint() },
      { name: 'trim-history', everySeconds: HOUR, run: () => upkeep.trimHistory(DAY) },
      { name: 'forget-past', everySeconds: HOUR, run: () => upkeep.forgetPast(config.WEFT_HISTORY_DAYS * DAY) },
    ];
    this.loop = new BackgroundLoop(seconds * 1000, () => this.turn());
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async turn(): Promise<void> {
    for (const chore of this.chores) await this.perform(chore);
  }

  /** A chore that fails is tried again in its next period. */
  private async perform(chore: Chore): Promise<void> {
    try {
      if (!(await this.store.upkeep.claimPeriod(chore.name, chore.everySeconds))) return;
      await chore.run();
      this.metrics.sweeps.inc({ outcome: 'done' });
    } catch (error) {
      this.metrics.sweeps.inc({ outcome: 'failed' });
      this.log.warn({ err: error, chore: chore.name }, 'upkeep failed; it is tried again');
    }
  }

  private async endOverduePods(): Promise<void> {
    const context = systemContext('podDelete');
    for (let ended = await this.store.pods.endOverdue(context); ended.length > 0; ended = await this.store.pods.endOverdue(context)) {
      for (const committed of ended) this.announcements.announce(committed);
    }
  }

  private async advanceDrains(): Promise<void> {
    for (const committed of await this.store.drains.advance(systemContext('nodeDrain'))) this.announcements.announce(committed);
  }

  /** What nodes have lacked for longer than a round takes, and a period, has not reached them. */
  private async wakeLagging(): Promise<void> {
    const lagging = await this.store.fleet.lagging();
    const patience = Math.min(this.seconds, PERIOD_LONGEST) * 1000 + lagging.length * MS_PER_NODE * LONGEST;
    for (const { name, desiredRevision } of this.laggards.overdue(lagging, performance.now(), patience))
      this.dispatcher.wake([name], desiredRevision);
  }
}
