import { Inject, Injectable } from '@nestjs/common';
import type { HintSender } from '@weft/jobs';
import type { Concerns, Store } from '@weft/store';
import type { Logger } from '@weft/telemetry';
import { Bell, pause } from '../clock.ts';
import { Admission } from '../http/admission.ts';
import { Metrics } from '../metrics.ts';
import { HINTS, LOG, STORE } from '../tokens.ts';
import { Newcomers } from './newcomers.ts';
import { Wave } from './wave.ts';

/** Hints that are sent at a time. */
const AT_ONCE = 64;

/** While so many nodes are pulling here, no more are woken: they would stand in line, and be refused at its end. */
const PULLS_MOST = 192;

/** How long to wait for these before going on all the same, in ms, and how often to look. */
const ROOM_WITHIN_MS = 1_000;
const ROOM_LOOK_MS = 5;

/** Nodes that a wave wakes within so long, in ms, are told of one revision and answered alike. Those that it wakes later are told of the newest: they are not woken again before the next wave. */
const ALIKE_MS = 1_000;

/**
 * Wakes nodes. Nothing waits for it but reports, for a second at the most (http/pulls-first.ts), and nothing depends on it: a hint that is lost, because Redis is away or this
 * process dies, is sent again by the sweep. While hints are being sent, new ones are kept as one revision per node, so that what is pending is bounded by the fleet. Changes that concern all nodes and come in a storm
 * go out in waves: the first at once, and those that come meanwhile together, once most of the fleet has taken in the one before (wave.ts). A wave wakes no more nodes at a time than can be
 * answered.
 */
@Injectable()
export class Dispatcher {
  private everyone = 0;
  private readonly named = new Map<string, number>();
  private sending: Promise<void> | null = null;
  private failing = false;
  /** Nodes that the wave is still to wake. */
  private readonly others = new Set<string>();
  /** What the wave tells those that it wakes now. */
  private told = { revision: 0, until: 0 };
  private wave = new Wave(0, 0, 0);
  private readonly newcomers = new Newcomers();
  private readonly news = new Bell();

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(HINTS) private readonly hints: HintSender,
    private readonly admission: Admission,
    private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Has the nodes concerned woken, in the background. */
  wake(concerns: Concerns, revision: number): void {
    if (concerns === 'all') this.everyone = Math.max(this.everyone, revision);
    else for (const name of concerns) this.named.set(name, Math.max(this.named.get(name) ?? 0, revision));
    this.news.ring();
    this.sending ??= this.send().finally(() => {
      this.sending = null;
    });
  }

  /** As `wake`, of what came with a node that has just joined: once that has applied it (newcomers.ts). */
  wakeAfter(nodeId: string, concerns: Concerns, revision: number): void {
    const before = this.wave;
    this.newcomers.expect(nodeId, revision, () => {
      // A wave that has begun since brings it with what is newer: one of its own nobody would answer, and the next would wait for it.
      if (this.wave === before || this.wave.revision < revision) this.wake(concerns, revision);
    });
  }

  /** Waits for no node any more that has just joined. */
  waitForNobody(): void {
    this.newcomers.tellAll();
  }

  /** There are nodes that the wave is still to wake, and they can be. */
  get isWaking(): boolean {
    return this.others.size > 0 && !this.failing;
  }

  /** How long reports stand back for nodes that still pull, in ms at the most. */
  get standBackMs(): number {
    return this.wave.standBackMs;
  }

  /** A node has told this replica what it applied. */
  applied(nodeId: string, revision: number): void {
    this.newcomers.applied(nodeId, revision);
    if (this.wave.applied(nodeId, revision, performance.now())) this.news.ring();
  }

  /** Resolves when nothing is being sent. */
  async settled(): Promise<void> {
    await this.sending;
  }

  private async send(): Promise<void> {
    while (this.everyone > 0 || this.named.size > 0 || this.others.size > 0) {
      try {
        const early = this.wave.nextAt - performance.now();
        if (this.everyone > 0 && this.others.size === 0 && early <= 0) await this.beginWave();
        // Nodes that are named all the time leave half of the room to the wave.
        const named = [...this.named].slice(0, this.others.size > 0 ? AT_ONCE / 2 : AT_ONCE);
        const others = [...this.others].slice(0, AT_ONCE - named.length);
        for (const [name] of named) this.named.delete(name);
        for (const name of others) this.others.delete(name);
        if (named.length + others.length > 0) await this.hintSome(named, others);
        else if (this.everyone > 0) await this.news.wait(early);
      } catch (error) {
        this.failed(error);
      }
    }
  }

  /** From now on all nodes are among those to be woken. */
  private async beginWave(): Promise<void> {
    const revision = this.everyone;
    this.everyone = 0;
    const names = await this.store.fleet.nodeNames();
    this.wave = new Wave(revision, names.length, performance.now());
    this.told = { revision, until: performance.now() + ALIKE_MS };
    for (const name of names) this.others.add(name);
  }

  /** What all nodes have to make true that are woken now. */
  private newest(): number {
    const now = performance.now();
    if (now >= this.told.until) this.told = { revision: Math.max(this.wave.revision, this.everyone), until: now + ALIKE_MS };
    return this.told.revision;
  }

  private async hintSome(named: readonly [string, number][], others: readonly string[]): Promise<void> {
    const until = performance.now() + ROOM_WITHIN_MS;
    while (this.admission.pullsUnderWay >= PULLS_MOST && performance.now() < until) await pause(ROOM_LOOK_MS);
    const revision = this.newest();
    await Promise.all([...named.map(([name, own]) => this.hint(name, own)), ...others.map((name) => this.hint(name, revision))]);
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
