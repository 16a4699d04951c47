import { Inject, Injectable } from '@nestjs/common';
import { RolloutNodeState, RolloutPhase } from '@weft/model';
import type { Store } from '@weft/store';
import { Metrics } from './metrics.ts';
import { STORE } from './tokens.ts';

/** Answers a scrape: what was counted, and where the fleet stands now. */
@Injectable()
export class Scrape {
  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly metrics: Metrics,
  ) {}

  get contentType(): string {
    return this.metrics.registry.contentType;
  }

  async text(): Promise<string> {
    await Promise.all([this.countPhases(), this.measureLag(), this.readBrake(), this.countRollouts()]);
    return this.metrics.registry.metrics();
  }

  private async countPhases(): Promise<void> {
    this.metrics.nodes.reset();
    for (let cursor: string | null = null, more = true; more; more = cursor !== null) {
      const page = await this.store.nodes.list({ limit: 1000, cursor });
      for (const node of page.items) this.metrics.nodes.inc({ phase: node.status.phase });
      cursor = page.nextCursor;
    }
  }

  private async readBrake(): Promise<void> {
    this.metrics.brake.set((await this.store.liveness.isBraked()) ? 1 : 0);
  }

  /** What there is none of is 0 and not left out, so that an alarm on it ends. */
  private async countRollouts(): Promise<void> {
    const { rollouts, nodes } = await this.store.rollouts.counts();
    for (const phase of RolloutPhase.options) this.metrics.rollouts.set({ phase }, rollouts.get(phase) ?? 0);
    for (const state of RolloutNodeState.options) this.metrics.rolloutNodes.set({ state }, nodes.get(state) ?? 0);
  }

  private async measureLag(): Promise<void> {
    const lagging = await this.store.fleet.lagging();
    this.metrics.lag.reset();
    for (const { name, phase, desiredRevision, appliedRevision } of lagging)
      this.metrics.lag.set({ node: name, phase }, desiredRevision - appliedRevision);
  }
}
