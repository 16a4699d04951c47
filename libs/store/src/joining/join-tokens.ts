import type { JoinToken, JoinTokenCreate } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import { requireMatch } from '../commit/match.ts';
import { mutate } from '../commit/mutate.ts';
import type { Database, Tables } from '../database/database.ts';
import { found } from '../read/not-found.ts';
import { page } from '../read/page.ts';
import type { Match, RequestContext } from '../request-context.ts';
import { aboutJoinToken, joinTokenOf } from './join-token-row.ts';
import type { JoiningStore } from './joining-store.ts';

/** The database's clock: the one that tokens end by. */
export async function clock(tables: Tables): Promise<Date> {
  const [row] = await tables.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp()::timestamptz(3) AS now`;
  if (row === undefined) throw new Error('the database has no clock');
  return row.now;
}

function creation({ actor }: RequestContext, input: JoinTokenCreate, sha256: string): Prepare<JoinToken> {
  const { expiresInSeconds, ...bindings } = input;
  return async (tables, newId) => {
    const id = newId('joinToken');
    return {
      about: aboutJoinToken({ id, nodeName: input.nodeName }),
      concerns: [],
      status: 201,
      write: async ({ revision, at }) => {
        const expiresAt = new Date(at.getTime() + expiresInSeconds * 1000);
        const row = await tables.joinToken.create({
          data: { id, sha256, ...bindings, expiresAt, createdBy: actor.name, createdAt: at, updatedAt: at, revision },
        });
        const object = joinTokenOf(row, at);
        return { object, before: null, after: object, versions: [] };
      },
    };
  };
}

function revocation(id: string, match: Match): Prepare<JoinToken> {
  return async (tables) => {
    await tables.$executeRaw`SELECT 1 FROM join_token WHERE id = ${id} FOR UPDATE`;
    const row = found(await tables.joinToken.findUnique({ where: { id } }), 'join token', id);
    await requireMatch(tables, match, row.generation);
    const before = joinTokenOf(row, await clock(tables));
    if (before.status.phase !== 'Unused') return { unchanged: before, revision: before.revision };
    return {
      about: aboutJoinToken(row),
      concerns: [],
      status: 200,
      write: async ({ revision, at }) => {
        const changed = await tables.joinToken.update({
          where: { id },
          data: { revokedAt: at, updatedAt: at, revision, generation: { increment: 1 } },
        });
        const object = joinTokenOf(changed, at);
        return { object, before, after: object, versions: [] };
      },
    };
  };
}

export function joinTokens(database: Database): JoiningStore['tokens'] {
  return {
    create: (ctx, input, sha256) => mutate(database, ctx, creation(ctx, input, sha256)),
    revoke: (ctx, id, match) => mutate(database, ctx, revocation(id, match)),
    get: (id) =>
      database.read(async (tables) => {
        const row = found(await tables.joinToken.findUnique({ where: { id } }), 'join token', id);
        return joinTokenOf(row, await clock(tables));
      }),
    list: (query) =>
      database.read(async (tables) => {
        const now = await clock(tables);
        const rows = await page(tables, query, (after, take) =>
          tables.joinToken.findMany({ where: { id: { gt: after } }, orderBy: { id: 'asc' }, take }),
        );
        return { ...rows, items: rows.items.map((row) => joinTokenOf(row, now)) };
      }),
    forget: (seconds) =>
      database.read(
        (tables) => tables.$executeRaw`DELETE FROM join_token WHERE expires_at < now() - make_interval(secs => ${seconds}::float8)`,
      ),
  };
}
