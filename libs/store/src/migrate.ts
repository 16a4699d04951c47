import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';

/** The advisory lock that Prisma takes for its own migrations: ours and its never run at once. */
const MIGRATION_LOCK = 72707369;

/** Names of migrations that take away what the version before them needs. All others only add to it: that version goes on, and may be started again. */
export const CONTRACTS = /^\d+_contract_/;

/** Why migrations were not applied: a sentence for whoever runs `migrate`. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

/** `prisma/migrations` of the checkout that a file of this program lies in. Throws MigrationError. */
function migrationsFolder(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const migrations = join(folder, 'prisma', 'migrations');
    if (existsSync(migrations)) return migrations;
  }
  throw new MigrationError(`no folder prisma/migrations above ${import.meta.dirname}`);
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** The table as `prisma migrate` makes it, so that its commands agree about what is applied. */
const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text,
  rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;

async function readApplied(client: pg.Client): Promise<Map<string, AppliedMigration>> {
  const { rows } = await client.query<AppliedMigration>(
    'SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  return new Map(rows.map((row) => [row.name, row]));
}

/** What is left to apply. Throws MigrationError when the database has had something else than these files and additions of a newer version. */
function pending(migrations: readonly Migration[], applied: ReadonlyMap<string, AppliedMigration>): Migration[] {
  const known = new Set(migrations.map((migration) => migration.name));
  const hasAll = migrations.every(({ name }) => applied.has(name));
  for (const { name, finished } of applied.values()) {
    if (!known.has(name) && (CONTRACTS.test(name) || !hasAll))
      throw new MigrationError(`the database has migration ${name}, which this version does not know: it is older than the database`);
    if (!finished)
      throw new MigrationError(
        `migration ${name} was begun and not finished: mend the database, then delete its row from _prisma_migrations`,
      );
  }
  for (const { name, checksum } of migrations)
    if (applied.has(name) && applied.get(name)?.checksum !== checksum)
      throw new MigrationError(`migration ${name} was changed after it was applied`);
  return migrations.filter((migration) => !applied.has(migration.name));
}

/** One migration with its bookkeeping, in a transaction: it is there whole or not at all. */
async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      'INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)',
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    throw new MigrationError(`migration ${name} failed and was undone: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/**
 * Applies the migrations that the database has not had, in order; needs no Prisma. Replicas that start together wait for each other. A database to which a newer
 * version has only added is left as it is.
 * Answers the names of those it applied. Throws MigrationError.
 */
export async function migrate({ databaseUrl }: { readonly databaseUrl: string }): Promise<string[]> {
  const migrations = await readMigrations(migrationsFolder());
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'weft migrate' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(BOOKKEEPING);
    const todo = pending(migrations, await readApplied(client));
    for (const migration of todo) await apply(client, migration);
    return todo.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}
