import { Inject, Injectable } from '@nestjs/common';
import type { HintSender } from '@weft/jobs';
import type { Concerns, Store } from '@weft/store';
import type { Logger } from '@weft/telemetry';
import { Bell, pause } from '../clock.ts';
import { Admission } from '../http/admission.ts';
import { Metrics } from '../metrics.ts';
import { HINTS, LOG, STORE } from '../tokens.ts';
import { Newcomers } from './newcomers.ts';
import { Turns } from './turns.ts';

/** Hints that are sent at a time. */
const AT_ONCE = 64;

/** While so many nodes are pulling here, no more are woken: they would stand in line, and be refused at its end. */
const PULLS_MOST = 192;

/** How long to wait for these before going on all the same, in ms, and how often to look. */
const ROOM_WITHIN_MS = 1_000;
const ROOM_LOOK_MS = 5;

/** How long it is believed which nodes there are, in ms: one that joins meanwhile pulls by itself, and this replica asks again unless it joined by another. */
const FLEET_KNOWN_MS = 1_000;

/**
 * Wakes nodes. Nothing waits for it but reports, for a second at the most (http/pulls-first.ts), and nothing depends on it: a hint that is lost, because Redis is away or this
 * process dies, is sent again by the sweep. While hints are being sent, new ones are kept as one revision per node, so that what is pending is bounded by the fleet. For changes that concern all nodes
 * they are woken in turns (turns.ts), and no more at a time than can be answered.
 */
@Injectable()
export class Dispatcher {
  private readonly named = new Map<string, number>();
  private sending: Promise<void> | null = null;
  private failing = false;
  /** Nodes whose turn it is. */
  private readonly others = new Set<string>();
  /** What they are told of. */
  private told = 0;
  private readonly turns = new Turns();
  /** So long, by performance.now, the database is not asked again which nodes there are. Where it does not answer, those that are known are woken, and the others by the sweep. */
  private fleetKnownUntil = 0;
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
    if (concerns === 'all') this.turns.tell(revision, performance.now());
    else for (const name of concerns) this.named.set(name, Math.max(this.named.get(name) ?? 0, revision));
    this.news.ring();
    this.sending ??= this.send().finally(() => {
      this.sending = null;
    });
  }

  /** As `wake`, of what came with a node that has just joined: once that has applied it (newcomers.ts). */
  wakeAfter(nodeId: string, concerns: Concerns, revision: number): void {
    this.fleetKnownUntil = 0;
    this.newcomers.expect(nodeId, revision, () => {
      // What others were told of since brings it: a turn of its own nobody would answer, and the next would wait for it.
      if (!this.turns.haveBeenTold(revision)) this.wake(concerns, revision);
    });
  }

  /** Waits for no node any more: neither for one that has just joined, nor for those that were woken. */
  waitForNobody(): void {
    this.turns.waitForNobody();
    this.newcomers.tellAll();
    this.news.ring();
  }

  /** There are nodes whose turn it is, and they can be woken. */
  get isWaking(): boolean {
    return this.others.size > 0 && !this.failing;
  }

  /** How long reports stand back for nodes that still pull, in ms at the most. */
  get standBackMs(): number {
    return this.turns.standBackMs(performance.now());
  }

  /** A node has told this replica what it applied. */
  applied(nodeId: string, revision: number): void {
    this.newcomers.applied(nodeId, revision);
    if (this.turns.applied(nodeId, revision, performance.now())) this.news.ring();
  }

  /** Resolves when nothing is being sent. */
  async settled(): Promise<void> {
    await this.sending;
  }

  private async send(): Promise<void> {
    while (this.turns.isPending || this.named.size > 0 || this.others.size > 0) {
      try {
        const at = performance.now();
        if (this.others.size === 0 && this.turns.isTurn(at)) await this.takeTurn();
        // Nodes that are named all the time leave half of the room to the others.
        const named = [...this.named].slice(0, this.others.size > 0 ? AT_ONCE / 2 : AT_ONCE);
        const others = [...this.others].slice(0, AT_ONCE - named.length);
        for (const [name] of named) this.named.delete(name);
        for (const name of others) this.others.delete(name);
        if (named.length + others.length > 0) await this.hintSome(named, others);
        else if (this.turns.isPending) await this.news.wait(this.turns.waitMs(at));
      } catch (error) {
        this.failed(error);
      }
    }
  }

  private async takeTurn(): Promise<void> {
    if (performance.now() >= this.fleetKnownUntil) {
      this.fleetKnownUntil = performance.now() + FLEET_KNOWN_MS;
      this.turns.settle(await this.store.fleet.nodes());
    }
    const { names, revision } = this.turns.take(performance.now());
    this.told = revision;
    for (const name of names) this.others.add(name);
  }

  private async hintSome(named: readonly [string, number][], others: readonly string[]): Promise<void> {
    const until = performance.now() + ROOM_WITHIN_MS;
    while (this.admission.pullsUnderWay >= PULLS_MOST && performance.now() < until) await pause(ROOM_LOOK_MS);
    await Promise.all([...named.map(([name, own]) => this.hint(name, own)), ...others.map((name) => this.hint(name, this.told))]);
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
