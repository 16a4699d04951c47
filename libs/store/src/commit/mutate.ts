import type { Database, Tables } from '../database/database.ts';
import type { Committed, RequestContext } from '../request-context.ts';
import type { Change, NoChange, Prepare } from './change.ts';
import { claimKey, rememberAnswer } from './idempotency.ts';
import { recordChange } from './record.ts';
import { nextRevision } from './revision.ts';

async function carryOut<T>(tables: Tables, ctx: RequestContext, change: Change<T>): Promise<Committed<T>> {
  const { concerns, about, status } = change;
  // From here to the commit every other change waits: all reading and checking is done.
  const stamp = await nextRevision(tables, concerns);
  const written = await change.write(stamp);
  const operationId = await recordChange(tables, stamp, ctx, about, concerns, written);
  return {
    object: written.object,
    revision: Number(stamp.revision),
    concerns: concerns === 'all' ? 'all' : concerns.map((node) => node.name),
    operationId,
    replayed: false,
    status,
  };
}

function nothingToDo<T>({ unchanged, revision, status = 200 }: NoChange<T>): Committed<T> {
  return { object: unchanged, revision, concerns: [], operationId: null, replayed: false, status };
}

/**
 * The one way in which anything changes: a transaction that claims the idempotency key, prepares, takes the next revision, writes the
 * objects with their history and the record of who asked for it, and keeps the answer. All of it happens or nothing does.
 */
export function mutate<T>(database: Database, ctx: RequestContext, prepare: Prepare<T>): Promise<Committed<T>> {
  return database.transaction(async (tables) => {
    const earlier = await claimKey<T>(tables, ctx);
    if (earlier !== null) return earlier;
    const prepared = await prepare(tables);
    const committed = 'unchanged' in prepared ? nothingToDo(prepared) : await carryOut(tables, ctx, prepared);
    await rememberAnswer(tables, ctx, committed);
    return committed;
  });
}
