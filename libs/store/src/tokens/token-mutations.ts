import { ProblemError, type Token, type TokenCreate } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import { Prisma } from '../generated/client.ts';
import { found } from '../read/not-found.ts';
import { aboutToken, PRESENT, tokenOf } from './token-row.ts';

/** What only the maker of a token decides, beside what is asked for. */
export interface TokenOrigin {
  /** SHA-256 (hex) of its text. */
  readonly sha256: string;
  /** Name of the token it is made with. */
  readonly createdBy: string;
  /** When that one ends, RFC 3339; null: never. The new one ends no later. */
  readonly notAfter: string | null;
}

/** A new token. Its text is never seen here. */
export function tokenCreation(input: TokenCreate, { sha256, createdBy, notAfter }: TokenOrigin): Prepare<Token> {
  return async (tables, newId) => {
    const { name, role, namespaces, expiresInSeconds } = input;
    const id = newId('token');
    return {
      about: aboutToken({ id, name }),
      concerns: [],
      status: 201,
      write: async ({ at }) => {
        const end = at.getTime() + expiresInSeconds * 1000;
        const expiresAt = new Date(notAfter === null ? end : Math.min(end, Date.parse(notAfter)));
        const scope = namespaces ?? Prisma.DbNull;
        const data = { id, name, role, namespaces: scope, sha256, createdBy, createdAt: at, expiresAt };
        const object = tokenOf(await tables.token.create({ data }));
        return { object, before: null, after: object, versions: [] };
      },
    };
  };
}

/** Throws ProblemError InUse when nobody could administer the fleet without a token. The caller holds the lock. */
async function requireAnotherAdmin(tables: Tables, id: string): Promise<void> {
  const [left] = await tables.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) FROM token WHERE role = 'admin' AND namespaces IS NULL AND revoked_at IS NULL AND id <> ${id}
      AND (expires_at IS NULL OR expires_at > clock_timestamp())`;
  if (left?.count === 0n) throw new ProblemError('InUse', 'this is the last token of an administrator; make another one first');
}

/** The end of a token, at once. The one in the file of the control plane would be back with its next start, and is the way in when all others are lost. */
export function tokenRevocation(id: string): Prepare<Token> {
  return async (tables) => {
    await lock(tables, 'tokens');
    const row = found(await tables.token.findFirst({ where: { id, ...PRESENT } }), 'token', id);
    if (row.createdBy === null)
      throw new ProblemError(
        'InUse',
        `token ${row.name} is in the file WEFT_ADMIN_TOKEN_FILE; put another one there and restart the control plane`,
      );
    await requireAnotherAdmin(tables, id);
    const object = tokenOf(row);
    return {
      about: aboutToken(row),
      concerns: [],
      status: 200,
      write: async ({ at }) => {
        await tables.token.update({ where: { id }, data: { revokedAt: at } });
        return { object, before: object, after: null, versions: [] };
      },
    };
  };
}
