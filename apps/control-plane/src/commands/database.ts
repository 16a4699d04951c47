import { MigrationError, openStore, type Store } from '@weft/store';
import { errorChain } from '@weft/telemetry';
import { adminTokenHash } from '../admin-token.ts';
import { type Config, StartupError } from '../config.ts';

/** The administrator whose token is in WEFT_ADMIN_TOKEN_FILE. */
const ADMIN = 'admin';

/** Prisma: no such table, no such row. */
const NOT_MIGRATED = new Set(['P2021', 'P2025']);

/** Where the database is, without user and password. */
function placeOf(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  return `${url.searchParams.get('host') ?? url.host}${url.pathname}`;
}

/** The first cause in one line; Prisma's own messages are a paragraph that ends with the reason. */
function reasonOf(error: unknown): string {
  let first = error;
  while (first instanceof Error && first.cause instanceof Error) first = first.cause;
  return errorChain(first).trim().split('\n').at(-1) ?? '';
}

/** What the operator is told when the database refuses. */
export function databaseError({ DATABASE_URL }: Config, cause: unknown): StartupError {
  if (cause instanceof MigrationError) return new StartupError(cause.message, { cause: cause.cause });
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return NOT_MIGRATED.has(code)
    ? new StartupError(`the database at ${placeOf(DATABASE_URL)} is not migrated; run the command "migrate" first`)
    : new StartupError(`cannot use the database at ${placeOf(DATABASE_URL)}: ${reasonOf(cause)}`);
}

/** Opens the store of a cluster that exists, and makes sure that the token in the file is the administrator's. Throws StartupError. */
export async function openCluster(config: Config): Promise<Store> {
  const tokenFile = config.WEFT_ADMIN_TOKEN_FILE;
  const hash = tokenFile === undefined ? null : adminTokenHash(tokenFile);
  const store = openStore({ databaseUrl: config.DATABASE_URL });
  try {
    await store.history.position();
    if (hash !== null) await store.tokens.ensureAdmin(ADMIN, hash);
    return store;
  } catch (error) {
    await store.close();
    throw databaseError(config, error);
  }
}
