import type { Rehearsal } from '@weft/model';
import type { Database, Tables } from '../database/database.ts';
import { idsFrom, newId } from '../new-id.ts';
import type { Committed, Concerns, RequestContext } from '../request-context.ts';
import type { Change, NoChange, Prepare } from './change.ts';
import { readEffect, type WrittenChange, wereConcernedBetween } from './effect.ts';
import { claimKey, rememberAnswer } from './idempotency.ts';
import { lockAhead } from './lock-ahead.ts';
import { recordChange } from './record.ts';
import { Rehearsed } from './rehearsed.ts';
import { nextRevision } from './revision.ts';

async function write<T>(
  tables: Tables,
  ctx: RequestContext,
  change: Change<T>,
): Promise<{ readonly committed: Committed<T>; readonly written: WrittenChange }> {
  const { concerns, about, status, operation = ctx.operation } = change;
  // From here to the commit every other change waits: all reading and checking is done.
  const stamp = await nextRevision(tables, concerns);
  const { object, before, after, versions } = await change.write(stamp);
  const operationId = recordChange(tables, stamp, { ...ctx, operation }, about, concerns, { object, before, after, versions });
  const committed = {
    object,
    revision: Number(stamp.revision),
    concerns: concerns === 'all' ? ('all' as const) : concerns.map((node) => node.name),
    operationId,
    replayed: false,
    status,
  };
  return { committed, written: { operation, object: about, before, after, revision: stamp.revision, versions } };
}

function nothingToDo<T>({ unchanged, revision, status = 200 }: NoChange<T>): Committed<T> {
  return { object: unchanged, revision, concerns: [], operationId: null, replayed: false, status };
}

/** Lets the commit come only if it does exactly what was expected, to what it was expected for. Throws Rehearsed. */
async function requireExpected(tables: Tables, { expected }: Rehearsal, written: readonly WrittenChange[]): Promise<void> {
  const effect = await readEffect(tables, written);
  if (expected === null || effect.print !== expected.print || (await wereConcernedBetween(tables, expected.base, effect.base + 1)))
    throw new Rehearsed(effect);
}

/** Carries out one change within a transaction. */
type CarryOut = <T>(prepare: Prepare<T>) => Promise<Committed<T>>;

/** A transaction that claims the idempotency key, carries changes out, and keeps the answer. Throws Rehearsed when the request is to be rehearsed. */
function transact<T>(
  database: Database,
  ctx: RequestContext,
  work: (carryOut: CarryOut, tables: Tables) => Promise<Committed<T>>,
): Promise<Committed<T>> {
  return database.transaction(async (tables) => {
    const earlier = await claimKey<T>(tables, ctx);
    if (earlier !== null) return earlier;
    const rehearsal = ctx.rehearsal ?? null;
    const makeId = rehearsal === null ? newId : idsFrom(rehearsal.seed);
    const changes: WrittenChange[] = [];
    const committed = await work(async (prepare) => {
      const prepared = await prepare(tables, makeId);
      if ('unchanged' in prepared) return nothingToDo(prepared);
      const { committed, written } = await write(tables, ctx, prepared);
      changes.push(written);
      return committed;
    }, tables);
    if (rehearsal !== null) await requireExpected(tables, rehearsal, changes);
    rememberAnswer(tables, ctx, committed);
    return committed;
  });
}

/**
 * The one way in which anything changes: a transaction that claims the idempotency key, prepares, takes the next revision, writes the
 * objects with their history and the record of who asked for it, and keeps the answer. All of it happens or nothing does.
 */
export function mutate<T>(database: Database, ctx: RequestContext, prepare: Prepare<T>): Promise<Committed<T>> {
  return transact(database, ctx, (carryOut) => carryOut(prepare));
}

function concernsOf(all: readonly Committed<unknown>[]): Concerns {
  const names = new Set<string>();
  for (const { concerns } of all) {
    if (concerns === 'all') return 'all';
    for (const name of concerns) names.add(name);
  }
  return [...names];
}

/** What several changes come to: the revision and the operation are those of the last. */
function together<T>(all: readonly Committed<T>[]): Committed<readonly Committed<T>[]> {
  const revision = Math.max(0, ...all.map((one) => one.revision));
  const operationId = all.findLast((one) => one.operationId !== null)?.operationId ?? null;
  return { object: all, revision, concerns: concernsOf(all), operationId, replayed: false, status: 200 };
}

/**
 * Several changes as one: each sees what those before it did, and gets a revision, history and a record of its own; all of them happen or none
 * does. `namespaces` are those that they touch.
 */
export function mutateAll<T>(
  database: Database,
  ctx: RequestContext,
  namespaces: readonly string[],
  prepares: readonly Prepare<T>[],
): Promise<Committed<readonly Committed<T>[]>> {
  return transact(database, ctx, async (carryOut, tables) => {
    await lockAhead(tables, namespaces);
    const all: Committed<T>[] = [];
    for (const prepare of prepares) all.push(await carryOut(prepare));
    return together(all);
  });
}
