import { type LeaseRenewalAnswer, ProblemError } from '@weft/model';
import { mutate } from '../commit/mutate.ts';
import type { Database, Tables } from '../database/database.ts';
import type { Committed, RequestContext } from '../request-context.ts';
import type { Verdict } from './judgement.ts';
import { renewLease } from './lease.ts';
import { type TickOptions, tick } from './tick.ts';
import { OPERATION_OF, verdictOn } from './verdicts.ts';

/** What became of one node. */
export interface Judged {
  readonly verdict: Verdict;
  readonly committed: Committed<{ readonly id: string; readonly name: string }>;
}

/** Which nodes are heard of. The clock is the database's alone. */
export interface LivenessStore {
  /** Notes that a node lives. ProblemError StaleSession. */
  renew(nodeId: string, session: string): Promise<LeaseRenewalAnswer>;
  /**
   * Looks at all leases, unless another replica did within the period, and makes NotReady what is silent for too long and Ready again what is heard of. Answers what was changed.
   * The operation of `ctx` is replaced by what is done.
   */
  tick(ctx: RequestContext, options: TickOptions): Promise<Judged[]>;
  /** True while so many nodes look lost that no endpoints are withdrawn. */
  isBraked(): Promise<boolean>;
}

/** What another change got ahead of, or what the database could not do now: the next tick sees to it. */
const PASSING: ReadonlySet<string> = new Set(['NotFound', 'Unavailable']);

/**
 * Renews a node's lease. What it is told was seen by a statement whose own commit has waited for the disk, and with it for all before; who is refused saw no such commit, and is asked about again.
 * Throws ProblemError StaleSession.
 */
async function renewal(database: Database, nodeId: string, session: string): Promise<LeaseRenewalAnswer> {
  const renew = (tables: Tables) => renewLease(tables, nodeId, session);
  const answer = (await database.peek(renew)) ?? (await database.read(renew));
  if (answer === null)
    throw new ProblemError('StaleSession', 'another executor has opened a session for this node; stop, or open a new one');
  return answer;
}

export function livenessStore(database: Database): LivenessStore {
  return {
    renew: (nodeId, session) => renewal(database, nodeId, session),

    tick: async (ctx, options) => {
      const judgement = await database.read((tables) => tick(tables, options));
      const judged: Judged[] = [];
      for (const [nodeId, verdict] of judgement?.verdicts ?? [])
        try {
          const prepare = verdictOn(nodeId, verdict, judgement?.graceSeconds ?? 0);
          judged.push({ verdict, committed: await mutate(database, { ...ctx, operation: OPERATION_OF[verdict] }, prepare) });
        } catch (error) {
          if (!(error instanceof ProblemError && PASSING.has(error.code))) throw error;
        }
      return judged.filter(({ committed }) => committed.operationId !== null);
    },

    isBraked: () =>
      database.read(async (tables) => (await tables.leaseWatch.findUniqueOrThrow({ where: { id: 1 }, select: { braked: true } })).braked),
  };
}
