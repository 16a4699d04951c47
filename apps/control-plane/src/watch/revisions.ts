import { Inject, Injectable } from '@nestjs/common';
import type { HistoryPosition, Store } from '@weft/store';
import type { Logger } from '@weft/telemetry';
import { Bell, pause } from '../clock.ts';
import { LOG, STORE } from '../tokens.ts';

/** How often to look for changes that another replica committed, in ms. */
const LOOK_EVERY_MS = 500;

/** How long to rest between two looks when something was committed meanwhile, in ms: in a storm one look would follow the other. */
const REST_MS = 10;

/**
 * Where the cluster's history stands, as this replica knows it: the one reader of the position, on whose steps all watches move.
 * A commit of this replica makes it look at once.
 */
@Injectable()
export class Revisions {
  private position: HistoryPosition = { epoch: '', revision: 0, oldest: 0, drifts: 0 };
  private readonly commits = new Bell();
  private readonly listeners = new Set<(position: HistoryPosition) => Promise<void>>();
  private readonly stopped = new AbortController();
  private dirty = false;
  private failing = false;
  private running: Promise<void> | null = null;

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Reads the position once, so that `epoch` is known before the first request. Throws ProblemError Unavailable. */
  async start(): Promise<void> {
    this.position = await this.store.history.position();
    this.running = this.loop();
  }

  /** The epoch of the database; changes when it is restored. */
  get epoch(): string {
    return this.position.epoch;
  }

  get current(): HistoryPosition {
    return this.position;
  }

  /** Something was committed here. */
  changed(): void {
    this.dirty = true;
    this.commits.ring();
  }

  /** Calls back after every look that found the position moved; the next look waits for it. */
  onMove(listener: (position: HistoryPosition) => Promise<void>): void {
    this.listeners.add(listener);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async loop(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      if (this.dirty) await pause(REST_MS, this.stopped.signal);
      else await this.commits.wait(LOOK_EVERY_MS, this.stopped.signal);
      this.dirty = false;
      try {
        await this.look();
        this.failing = false;
      } catch (error) {
        if (!this.failing) this.log.warn({ err: error }, 'the position of history cannot be read; watches stand still');
        this.failing = true;
        this.dirty = false;
      }
    }
  }

  private async look(): Promise<void> {
    const { epoch, revision, drifts } = this.position;
    this.position = await this.store.history.position();
    const stands = this.position.epoch === epoch && this.position.revision === revision && this.position.drifts === drifts;
    if (stands && !this.failing) return;
    await Promise.all([...this.listeners].map((listener) => listener(this.position)));
  }
}
