import type { Rehearsal } from '@weft/model';
import type { Database, Tables } from '../database/database.ts';
import { idsFrom, newId } from '../new-id.ts';
import type { Committed, Concerns, RequestContext } from '../request-context.ts';
import type { Change, NoChange, Prepare, Stamp, Written } from './change.ts';
import { readEffect, type WrittenChange, wereConcernedBetween } from './effect.ts';
import { claimKey, rememberAnswer } from './idempotency.ts';
import { lockAhead } from './lock-ahead.ts';
import { recordChange, type When } from './record.ts';
import { Rehearsed } from './rehearsed.ts';
import { nextRevision } from './revision.ts';
import { STAND_IN } from './stand-in.ts';

/** A change that is on its way to the database: its statements are sent, and what came of them is known when they are answered. */
interface Sent<T> {
  readonly committed: Promise<Committed<T>>;
  readonly written: Promise<WrittenChange> | null;
}

/** Whoever does not ask what came of a change hears of it from the transaction that failed. */
function sent<T>(written: Promise<{ readonly committed: Committed<T>; readonly written: WrittenChange }>): Sent<T> {
  const parts = { committed: written.then(({ committed }) => committed), written: written.then((one) => one.written) };
  for (const part of Object.values<Promise<unknown>>(parts)) part.catch(() => undefined);
  return parts;
}

/** Sends what writes a change. From its revision to the commit every other change waits: all reading and checking is done. */
async function write<T>(tables: Tables, ctx: RequestContext, change: Change<T>): Promise<Sent<T>> {
  const { concerns, about, status, operation = ctx.operation } = change;
  const record = (when: When, written: Written<T>) => recordChange(tables, when, { ...ctx, operation }, about, concerns, written);
  const outcome = ({ revision }: Stamp, { object, before, after, versions }: Written<T>, operationId: Committed<T>['operationId']) => ({
    committed: {
      object,
      revision: Number(revision),
      concerns: concerns === 'all' ? ('all' as const) : concerns.map((node) => node.name),
      operationId,
      replayed: false,
      status,
    },
    written: { operation, object: about, before, after, revision, versions },
  });
  const { ahead } = change.write;
  if (ahead !== undefined) {
    const taken = ahead.take();
    const operationId = record({ readBy: ahead.stamp }, ahead.written(STAND_IN));
    return sent(taken.then((stamp) => outcome(stamp, ahead.written(stamp), operationId)));
  }
  const stamp = await nextRevision(tables, concerns);
  const written = await change.write(stamp);
  return sent(Promise.resolve(outcome(stamp, written, record(stamp, written))));
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
type CarryOut = <T>(prepare: Prepare<T>) => Promise<Sent<T>>;

/** A transaction that claims the idempotency key, carries changes out, and keeps the answer. Throws Rehearsed when the request is to be rehearsed. */
async function transact<T>(
  database: Database,
  ctx: RequestContext,
  work: (carryOut: CarryOut, tables: Tables) => Promise<Pick<Sent<T>, 'committed'>>,
): Promise<Committed<T>> {
  const { committed } = await database.change(async (tables) => {
    const earlier = await claimKey<T>(tables, ctx);
    if (earlier !== null) return { committed: Promise.resolve(earlier) };
    const { rehearsal = null, reach = [] } = ctx;
    const makeId = rehearsal === null ? newId : idsFrom(rehearsal.seed);
    const changes: Promise<WrittenChange>[] = [];
    const done = await work(async (prepare) => {
      const prepared = await prepare(tables, makeId, reach);
      if ('unchanged' in prepared) return { committed: Promise.resolve(nothingToDo(prepared)), written: null };
      const one = await write(tables, ctx, prepared);
      if (one.written !== null) changes.push(one.written);
      return one;
    }, tables);
    if (rehearsal !== null) await requireExpected(tables, rehearsal, await Promise.all(changes));
    if (ctx.idempotency !== null) rememberAnswer(tables, ctx, await done.committed);
    // Not waited for here: the commit travels with what was sent.
    return done;
  });
  return committed;
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
    for (const prepare of prepares) all.push(await (await carryOut(prepare)).committed);
    return { committed: Promise.resolve(together(all)) };
  });
}
