import { Inject, Injectable } from '@nestjs/common';
import { type AnyCall, PLAN_TYPE } from '@weft/contract';
import { fingerprint, PLAN_SECONDS, type Plan, PROBLEMS, ProblemError, type Reach, type Rehearsal } from '@weft/model';
import { type Effect, newIdBody, type Store } from '@weft/store';
import type { RuleAnswers } from '../compiling/question.ts';
import type { Config } from '../config.ts';
import { Reply } from '../http/reply.ts';
import { CONFIG, STORE } from '../tokens.ts';
import { notesOn } from './notes.ts';
import { PlanCompilers } from './plan-compilers.ts';
import { type PlanClaims, type PlannedRequest, readPlan, signPlan } from './plan-token.ts';

/** What comes of carrying a request out: its answer when it was committed, or was before, else its effect. */
export type Attempt = (rehearsal: Rehearsal, idempotencyKey: string | null) => Promise<{ readonly answer: unknown } | Effect>;

/** How often what others do meanwhile may get in between the last look and the commit. */
const ATTEMPTS = 8;

/** How many changes are named that came in between. */
const NAMED = 5;

/** What showed that a plan cannot be applied: what it would do now, or why it can do nothing. */
interface Finding {
  readonly effect?: Effect;
  readonly cause?: ProblemError;
}

const reachOf = ({ principal }: AnyCall): Reach => (principal === null ? [] : principal.namespaces);

function requestOf({ principal, operation, path, body, query }: AnyCall): PlannedRequest {
  const { dryRun: _, planToken: __, ...asked } = query as Record<string, unknown>;
  return { tokenId: principal?.tokenId ?? null, operation: operation.id, path, request: fingerprint({ body, asked }) };
}

/** True for what no node has to know. */
function isNothingToNodes({ cluster, nodes, pods, services, gone }: Effect['desired']): boolean {
  return cluster === null && nodes.length + pods.length + services.length + gone.length === 0;
}

/** True for what may have become impossible since it was planned. */
function mayBeOutdated(error: unknown): error is ProblemError {
  return (
    error instanceof ProblemError && [404, 409, 412, 422].includes(PROBLEMS[error.code].status) && error.code !== 'IdempotencyKeyReused'
  );
}

/** Makes plans of requests and applies them. Nothing is kept: a token says all there is to know, to any replica. */
@Injectable()
export class Plans {
  private readonly compilers: PlanCompilers;

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(CONFIG) config: Config,
  ) {
    this.compilers = new PlanCompilers(config.DATABASE_URL);
  }

  /** What a request would do. */
  async make(call: AnyCall, attempt: Attempt): Promise<Reply> {
    const seed = newIdBody();
    const effect = await attempt({ seed, expected: null }, null);
    if ('answer' in effect) throw new Error(`${call.operation.id} was carried out although it was to be planned`);
    const { fingerprint: print, nodes } = await this.comesTo(call, effect);
    const expiresAt = Date.now() + PLAN_SECONDS * 1000;
    const claims = { epoch: effect.epoch, revision: effect.base, seed, effect: print, expiresAt };
    const plan: Plan = {
      planToken: signPlan(await this.store.plans.key(), claims, requestOf(call)),
      expiresAt: new Date(expiresAt).toISOString(),
      revision: effect.base,
      changes: effect.changes.map((change) => ({ ...change })),
      nodes: [...nodes],
      notes: await notesOn(this.store, effect, nodes, reachOf(call)),
    };
    return new Reply(plan, { 'Content-Type': PLAN_TYPE }, 200);
  }

  /**
   * Carries a request out if it does what its plan says, to the byte. Throws ProblemError PlanOutdated when it does not, or not any more; ValidationFailed
   * for a token that is not of this request.
   */
  async apply(call: AnyCall, token: string, attempt: Attempt): Promise<unknown> {
    const claims = readPlan(await this.store.plans.key(), token, requestOf(call));
    if (claims === null) {
      const message = 'it is not the token of a plan that you made of this very request';
      throw new ProblemError('ValidationFailed', `planToken: ${message}`, [{ pointer: 'query/planToken', code: 'NotAllowed', message }]);
    }
    const { seed } = claims;
    for (let left = ATTEMPTS; left > 0; left--) {
      const effect = await this.attemptPlanned(call, claims, () => attempt({ seed, expected: null }, call.idempotencyKey));
      if ('answer' in effect) return effect.answer;
      if (claims.expiresAt < Date.now()) throw await this.outdated(call, claims, `it was valid for ${PLAN_SECONDS} seconds`, { effect });
      if (effect.spent.length > 0)
        throw await this.outdated(call, claims, `it was applied already: it made ${effect.spent.join(', ')}`, { effect });
      if ((await this.comesTo(call, effect)).fingerprint !== claims.effect)
        throw await this.outdated(call, claims, 'now it would do something else', { effect });
      const done = await this.attemptPlanned(call, claims, () => attempt({ seed, expected: effect }, call.idempotencyKey));
      if ('answer' in done) return done.answer;
    }
    throw new ProblemError('Unavailable', 'the fleet changes faster than the plan can be compared with it; try again');
  }

  private async attemptPlanned<T>(call: AnyCall, claims: PlanClaims, attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      throw mayBeOutdated(error) ? await this.outdated(call, claims, error.message, { cause: error }) : error;
    }
  }

  /** What an effect does to kernels, compiled beside the loop that answers requests, for as long as the caller stays. Throws ProblemError. */
  private async comesTo(call: AnyCall, effect: Effect): Promise<RuleAnswers['plan']['answer']> {
    if (isNothingToNodes(effect.desired)) return { fingerprint: fingerprint({ changes: effect.changes, kernels: [] }), nodes: [] };
    return await this.compilers.ask({ effect, reach: reachOf(call) }, call.gone);
  }

  /** Says why a plan cannot be applied any more, and what came in between as far as the caller may see it. */
  private async outdated(call: AnyCall, { revision }: PlanClaims, why: string, { effect, cause }: Finding): Promise<ProblemError> {
    const ids = [...call.path.split('/'), ...(effect?.changes.map(({ object }) => object.id) ?? [])];
    const since = await this.store.plans.changesSince(revision, ids, reachOf(call), NAMED);
    const errors = since.map(({ revision: at, operation, object, actor }) => ({
      pointer: 'query/planToken',
      code: 'PlanOutdated',
      message: `revision ${at}: ${operation} of ${object.kind} ${[object.namespace, object.name].filter(Boolean).join('/')} by ${actor}`,
    }));
    const detail = `the plan was made at revision ${revision}; ${why}; plan again`;
    return new ProblemError('PlanOutdated', detail, [...(cause?.errors ?? []), ...errors], { cause });
  }

  /** Ends what is being compiled. */
  stop(): Promise<void> {
    return this.compilers.close();
  }
}
