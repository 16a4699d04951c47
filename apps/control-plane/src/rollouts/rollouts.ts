import { Inject, Injectable } from '@nestjs/common';
import type { Asker } from '@weft/jobs';
import type { Actor, RequestContext, RolloutSituation, RolloutStep, Store } from '@weft/store';
import type { Logger } from '@weft/telemetry';
import { Announcements } from '../changes/announcements.ts';
import { ASKER, LOG, STORE } from '../tokens.ts';
import { APPLY_WITHIN_SECONDS, failed, halted, type Next, nextStep, passed, revertFailed } from './next-step.ts';
import { probe, questions } from './probing.ts';
import { answering, verdict } from './verdict.ts';

/** Who changes what nobody else does. */
const SYSTEM: Actor = { kind: 'system', name: 'system', tokenId: null };

/** What a rollout commits is recorded under its own id. */
function contextOf(id: string, { node }: RolloutStep): RequestContext {
  const operation = node === undefined || node.update === null ? 'rolloutStep' : 'nodeUpdate';
  return { requestId: id, actor: SYSTEM, sourceAddress: null, operation, idempotency: null };
}

type Probe = Extract<Next, { kind: 'probe' }>;

/**
 * Takes rollouts on, step by step. Every step is decided from the database and committed to it, so that it does not matter which replica takes it, and a replica that
 * dies leaves nothing half done. Called again and again by the sweep.
 */
@Injectable()
export class Rollouts {
  private readonly stopped = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(ASKER) private readonly asker: Asker,
    private readonly announcements: Announcements,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Takes every rollout as far as it goes now, in the background: probing takes seconds, and other upkeep does not wait for it. */
  async advance(): Promise<void> {
    if (this.running !== null || this.stopped.signal.aborted) return;
    const ids = await this.store.rollouts.underWay();
    if (ids.length === 0) return;
    this.running = Promise.all(ids.map((id) => this.go(id))).then(() => {
      this.running = null;
    });
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async go(id: string): Promise<void> {
    try {
      while (!this.stopped.signal.aborted && (await this.goOn(id)));
    } catch (error) {
      this.log.warn({ err: error, rollout: id }, 'a rollout cannot go on; it is tried again');
    }
  }

  /** Does what comes next. True: something may come after it at once. */
  private async goOn(id: string): Promise<boolean> {
    const situation = await this.store.rollouts.situation(id);
    if (situation === null || !['Running', 'Reverting'].includes(situation.phase)) return false;
    const next = nextStep(situation);
    switch (next.kind) {
      case 'step':
        return this.take(situation, next.step);
      case 'wait':
        return this.wait(situation, next.message);
      case 'probe':
        return next.when === 'before' ? this.begin(situation, next) : this.judge(situation, next);
    }
  }

  /** Commits a step. False: somebody else has taken one. */
  private async take(situation: RolloutSituation, step: RolloutStep): Promise<boolean> {
    const committed = await this.store.rollouts.step(contextOf(situation.id, step), situation.id, situation.steps, step);
    if (committed === null) return false;
    this.log.info({ rollout: situation.id, phase: committed.object.status.phase }, step.message);
    this.announcements.announce(committed);
    return true;
  }

  /** Says what it waits for, once. */
  private async wait(situation: RolloutSituation, message: string): Promise<false> {
    if (situation.message !== message) await this.take(situation, { message });
    return false;
  }

  /** Finds out what answers, then changes the node. */
  private async begin(situation: RolloutSituation, { node, neighbour }: Probe): Promise<boolean> {
    const targets = await this.store.rollouts.targets(node.id);
    const probed = await probe(this.asker, questions(node, neighbour, targets, situation.spec.change), this.stopped.signal);
    if (probed.outcome === 'unasked') return this.wait(situation, `${node.name} waits: ${probed.message}`);
    if (probed.outcome === 'silent') return this.take(situation, halted(`${probed.message}; nothing was changed on ${node.name}`));
    const proves = probed.probes.some((one) => answering(one).length > 0);
    return this.take(situation, {
      message: `${node.name} is changed`,
      node: {
        id: node.id,
        update: 'change',
        state: 'Changing',
        message: proves ? '' : 'nothing answered before the change, so that probes prove nothing',
        baseline: probed.probes,
      },
    });
  }

  /** Finds out whether a node is as well as it was before. What fails is asked twice. */
  private async judge(situation: RolloutSituation, { node, neighbour }: Probe): Promise<boolean> {
    const targets = await this.store.rollouts.targets(node.id);
    const asked = questions(node, neighbour, targets, situation.spec.change);
    const look = async () => {
      const probed = await probe(this.asker, asked, this.stopped.signal);
      return { probed, why: probed.outcome === 'answered' ? verdict(node.baseline ?? [], probed.probes) : probed.message };
    };
    const first = await look();
    const { probed, why } = first.why === null || first.probed.outcome === 'unasked' ? first : await look();
    if (probed.outcome === 'unasked') return this.wait(situation, `${node.name} waits: ${probed.message}`);
    if (why === null) return this.take(situation, passed(situation, node));
    if (node.state !== 'Reverting') return this.take(situation, failed(situation, node, why));
    if (node.seconds > APPLY_WITHIN_SECONDS) return this.take(situation, revertFailed(node, why));
    return this.wait(situation, `${node.name} is not as well yet as it was: ${why}`);
  }
}
