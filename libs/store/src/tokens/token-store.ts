import type { Id, Reach, Token, TokenCreate } from '@weft/model';
import { mutate } from '../commit/mutate.ts';
import type { Database, Tables } from '../database/database.ts';
import type { TokenModel } from '../generated/models.ts';
import { newId } from '../new-id.ts';
import type { Page, PageRequest } from '../query.ts';
import { found } from '../read/not-found.ts';
import { page } from '../read/page.ts';
import type { Committed, Principal, RequestContext } from '../request-context.ts';
import { authentication } from './authenticate.ts';
import { type TokenOrigin, tokenCreation, tokenRevocation } from './token-mutations.ts';
import { PRESENT, tokenOf } from './token-row.ts';

/** Bearer tokens, known only by the SHA-256 (hex) of their text. Those of nodes are only authenticated here. */
export interface TokenStore {
  /** Whom a token stands for. ProblemError Unauthenticated for one that nobody issued, that has expired or is revoked. */
  authenticate(sha256: string): Promise<Principal>;
  /** Makes sure that an administrator of this name has this token and no other. */
  ensureAdmin(name: string, sha256: string): Promise<void>;
  /** Keeps a new token. NameTaken. The store never sees its text, so a replay cannot show it again: give this no `Idempotency-Key`. */
  create(ctx: RequestContext, input: TokenCreate, origin: TokenOrigin): Promise<Committed<Token>>;
  /** NotFound for one that is revoked, as if it had never been. */
  get(id: string): Promise<Token>;
  /** With `within`, only tokens that reach none but those namespaces. */
  list(query: PageRequest): Promise<Page<Token>>;
  /** Ends a token at once. InUse for the one in the control plane's file, and for an administrator's last. */
  revoke(ctx: RequestContext, id: string): Promise<Committed<Token>>;
  /** Which of these tokens still hold. */
  holding(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Rows of a page whose namespaces are all among some. Prisma has no word for one array in another. */
async function idsWithin(tables: Tables, within: readonly string[], after: string, take: number): Promise<string[]> {
  const rows = await tables.$queryRaw<{ id: Id<'token'> }[]>`
    SELECT id FROM token WHERE node_id IS NULL AND revoked_at IS NULL AND id > ${after} AND namespaces <@ ${JSON.stringify(within)}::jsonb
    ORDER BY id LIMIT ${take}`;
  return rows.map(({ id }) => id);
}

async function rowsOf(tables: Tables, within: Reach, after: string, take: number): Promise<TokenModel[]> {
  const id = within === null ? { gt: after } : { in: await idsWithin(tables, within, after, take) };
  return tables.token.findMany({ where: { id, ...PRESENT }, orderBy: { id: 'asc' }, take });
}

export function tokenStore(database: Database): TokenStore {
  return {
    authenticate: authentication(database),

    ensureAdmin: (name, sha256) =>
      database.transaction(async (tables) => {
        const id = newId('token');
        // The same text may have been issued under another name before it was put into the file.
        await tables.$executeRaw`DELETE FROM token WHERE sha256 = ${sha256} AND name <> ${name}`;
        await tables.$executeRaw`
          INSERT INTO token (id, name, role, sha256) VALUES (${id}, ${name}, 'admin', ${sha256})
          ON CONFLICT (name) WHERE node_id IS NULL AND revoked_at IS NULL
          DO UPDATE SET sha256 = EXCLUDED.sha256, role = 'admin', namespaces = NULL, expires_at = NULL, created_by = NULL`;
      }),

    create: (ctx, input, origin) => mutate(database, ctx, tokenCreation(input, origin)),

    get: async (id) => tokenOf(found(await database.read((tables) => tables.token.findFirst({ where: { id, ...PRESENT } })), 'token', id)),

    list: (query) =>
      database.read(async (tables) => {
        const rows = await page(tables, query, (after, take) => rowsOf(tables, query.within ?? null, after, take));
        return { ...rows, items: rows.items.map(tokenOf) };
      }),

    revoke: (ctx, id) => mutate(database, ctx, tokenRevocation(id)),

    holding: async (ids) => {
      const rows = await database.read(
        (tables) => tables.$queryRaw<{ id: string }[]>`
          SELECT id FROM token WHERE id = ANY (${ids}::text[]) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())`,
      );
      return new Set(rows.map(({ id }) => id));
    },
  };
}
