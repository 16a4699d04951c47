import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CONTRACTS } from '../src/migrate.ts';

const folder = join(import.meta.dirname, '../../../prisma/migrations');

/** What takes something away that a version of before may use, by what would fail in it. */
const TAKES_AWAY: Readonly<Record<string, RegExp>> = {
  'what it reads is gone': /\bDROP\s+(TABLE|VIEW|COLUMN|TYPE|SEQUENCE)\b|\bRENAME\b/,
  'what it leaves out has no value': /\b(DROP\s+DEFAULT|SET\s+NOT\s+NULL)\b|\bADD\s+COLUMN\s+\S+\s+\S+\s+NOT\s+NULL(?!\s+DEFAULT)/,
  'what it writes does not fit': /\bALTER\s+COLUMN\s+\S+\s+(SET\s+DATA\s+)?TYPE\b|\bADD\s+CONSTRAINT\b(?![^;]*\bNOT VALID\b)/,
  'a conflict that it counts on is none': /\bDROP\s+INDEX\b/,
};

/** What a migration does to tables and columns that it makes itself concerns nobody of before. */
function takenAway(sql: string): string[] {
  const columns = [...sql.matchAll(/ADD\s+COLUMN\s+"(\w+)"/g)].map(([, column]) => column);
  const checks = new RegExp(`ADD\\s+CONSTRAINT\\s+\\S+\\s+CHECK\\s*\\("(${columns.join('|')})"`, 'g');
  const own = [...sql.matchAll(/CREATE\s+(?:TEMPORARY\s+)?TABLE\s+"?(\w+)"?/g)].map(([, table]) => table);
  const statements = sql
    .replace(/--.*$/gm, '')
    .replace(checks, '')
    .split(';')
    .filter((statement) => !own.some((table) => new RegExp(`^\\s*(CREATE|ALTER)\\b.*\\bTABLE\\s+"?${table}"?`).test(statement)));
  return Object.entries(TAKES_AWAY).flatMap(([what, form]) => (statements.some((statement) => form.test(statement)) ? [what] : []));
}

/** Migrations that took something away before versions were to run side by side. None is added. */
const BEFORE = new Set([
  '20261121000000_first',
  '20261121120000_service_semantics',
  '20261121160000_token_access',
  '20261121163000_joining',
  '20261121174500_resumed_at',
  '20261121181500_sealing',
  '20261121183000_changes_of_a_request_in_order',
]);

const names = readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []));

it.each(names.filter((name) => !BEFORE.has(name) && !CONTRACTS.test(name)))('%s leaves the version before at work', (name) => {
  expect(takenAway(readFileSync(join(folder, name, 'migration.sql'), 'utf8'))).toEqual([]);
});

it.each([
  ['ALTER TABLE "pod" DROP COLUMN "ip"', 'what it reads is gone'],
  ['ALTER TABLE "pod" RENAME COLUMN "ip" TO "address"', 'what it reads is gone'],
  ['ALTER TABLE "pod" ADD COLUMN "zone" TEXT NOT NULL', 'what it leaves out has no value'],
  [
    'ALTER TABLE "pod" ADD COLUMN "zone" TEXT NOT NULL DEFAULT \'\'; ALTER TABLE "pod" ALTER COLUMN "zone" DROP DEFAULT',
    'what it leaves out has no value',
  ],
  ['ALTER TABLE "pod" ALTER COLUMN "port" TYPE BIGINT', 'what it writes does not fit'],
  ['DROP INDEX "token_role_name_key"', 'a conflict that it counts on is none'],
])('is told of %s', (sql, what) => {
  expect(takenAway(sql)).toEqual([what]);
});

it('is not told of what only adds', () => {
  const adding = `CREATE TABLE "zone" ("id" TEXT NOT NULL, CONSTRAINT "zone_pkey" PRIMARY KEY ("id")); ALTER TABLE "zone" ALTER COLUMN "id" TYPE TEXT;
    -- DROP TABLE in words
    ALTER TABLE "pod" ADD COLUMN "zone" TEXT NOT NULL DEFAULT '', ADD COLUMN "note" TEXT; CREATE INDEX "pod_zone_idx" ON "pod"("zone")`;
  expect(takenAway(adding)).toEqual([]);
});
