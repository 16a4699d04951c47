import type { Tables } from '../database/database.ts';
import { Prisma } from '../generated/client.ts';
import type { ReceiptModel } from '../generated/models.ts';
import type { ReceiptQuery } from '../query.ts';
import { numbersBetween, SLACK_MS } from '../read/times.ts';

/** So many rows of shared terms are looked for in receipts at a time, the newest first, and more each time while a page is not full. */
const ROWS_FIRST = 256;
const ROWS_MOST = 4_096;

/** By how much receipts of a stretch of time may be later than the terms that they share, in ms: it begins earlier by what clocks may be set back, which they may have been in between; and the minute that terms are for, the seconds that they are known for (shared-terms.ts), and a transaction. */
const LATER_MAX_MS = 2 * SLACK_MS + 300_000;

/** The terms that a receipt must have: those of one change that it carried, or of several, and its own. */
function termsOf({ requestId, object, actor, outcome, cause }: ReceiptQuery) {
  const present = (terms: Readonly<Record<string, string | undefined>>) =>
    Object.entries(terms).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
  return { ofChanges: present({ request: requestId, object, actor }), own: present({ outcome, cause }) };
}

/** Bounds for the serials of a time. */
const serialsBetween = (tables: Tables, times: Pick<ReceiptQuery, 'since' | 'until'>) =>
  numbersBetween(times, async (receivedAt, order) => {
    const row = await tables.receipt.findFirst({ where: { receivedAt }, orderBy: { receivedAt: order }, select: { serial: true } });
    return row?.serial;
  });

/** The serials of receipts that fulfil conditions, the newest first. */
async function serialsOf(tables: Tables, conditions: readonly (Prisma.Sql | undefined)[], take: number): Promise<bigint[]> {
  const stated = conditions.filter((condition) => condition !== undefined);
  const where = stated.length === 0 ? Prisma.empty : Prisma.sql`WHERE ${Prisma.join(stated, ' AND ')}`;
  const rows = await tables.$queryRaw<{ serial: bigint }[]>`SELECT serial FROM receipt ${where} ORDER BY serial DESC LIMIT ${take}::int`;
  return rows.map(({ serial }) => serial);
}

/** A condition, where there is something to compare with. */
const given = <T>(value: T | undefined, condition: (value: T) => Prisma.Sql) => (value === undefined ? undefined : condition(value));

/** What a query asks of receipts beside their terms. */
async function bounds(tables: Tables, { node, since, until }: ReceiptQuery, below: bigint | undefined) {
  const serials = await serialsBetween(tables, { since, until });
  return [
    given(serials.gt, (gt) => Prisma.sql`serial > ${gt}`),
    given(serials.lt, (lt) => Prisma.sql`serial < ${lt}`),
    given(below, (lt) => Prisma.sql`serial < ${lt}`),
    given(node, (name) => Prisma.sql`node_name = ${name}`),
    given(since, (from) => Prisma.sql`received_at >= ${from}::timestamptz`),
    given(until, (to) => Prisma.sql`received_at < ${to}::timestamptz`),
  ];
}

/** What is looked for among receipts that share terms with others. */
interface Shared {
  /** What their shared terms must have. */
  readonly terms: readonly string[];
  /** What they must fulfil themselves. */
  readonly conditions: readonly (Prisma.Sql | undefined)[];
  /** None came in before or after these, as far as that is known. */
  readonly since: Date | undefined;
  readonly until: Date | undefined;
  readonly take: number;
}

/** Where what is asked of the receipts themselves is rare, those are looked through, the newest first: OFFSET 0 keeps Postgres from joining all of their terms before. */
const amongRare = (tables: Tables, { terms, conditions, take }: Shared) =>
  serialsOf(
    tables,
    [
      ...conditions,
      Prisma.sql`EXISTS (SELECT FROM receipt_terms t WHERE t.sha256 = terms_sha256 AND t.terms @> ${terms}::text[] OFFSET 0)`,
    ],
    take,
  );

/** When the last of so many of the newest rows was made that have these terms and are older than that; undefined: there are fewer. */
async function lastOf(tables: Tables, terms: readonly string[], before: Date | undefined, rows: number): Promise<Date | undefined> {
  const at = before === undefined ? undefined : { lt: before };
  const select = { at: true };
  const [row] = await tables.receiptTerms.findMany({
    where: { terms: { hasEvery: [...terms] }, at },
    select,
    orderBy: { at: 'desc' },
    skip: rows - 1,
    take: 1,
  });
  return row?.at;
}

/** When the terms of receipts after one were made at the earliest: numbers of transactions at the same time are not in the order of their times. */
async function termsAfter(tables: Tables, serial: bigint | undefined, since: Date): Promise<Date> {
  const row = serial === undefined ? null : await tables.receipt.findUnique({ where: { serial }, select: { receivedAt: true } });
  return new Date(Math.min(since.getTime(), row?.receivedAt.getTime() ?? since.getTime()) - LATER_MAX_MS);
}

/** The serials of receipts that share terms, the newest first: by the names of their terms, one stretch of time after the other, each with about as many of these. */
async function among(tables: Tables, { terms, conditions, since: earliest, until, take }: Shared): Promise<bigint[]> {
  const found: bigint[] = [];
  let before = until;
  let below: bigint | undefined;
  for (let rows = ROWS_FIRST; found.length < take; rows = Math.min(rows * 4, ROWS_MOST)) {
    const since = await lastOf(tables, terms, before, rows);
    const { gt: above } = await serialsBetween(tables, { since: since?.toISOString() });
    const at = { lt: before, gte: since === undefined ? undefined : await termsAfter(tables, above, since) };
    const named = await tables.receiptTerms.findMany({ where: { terms: { hasEvery: [...terms] }, at }, select: { sha256: true } });
    const stretch = [
      Prisma.sql`terms_sha256 = ANY (${named.map(({ sha256 }) => sha256)}::text[])`,
      given(above, (gt) => Prisma.sql`serial > ${gt}`),
      given(below, (lte) => Prisma.sql`serial <= ${lte}`),
    ];
    if (named.length > 0) found.push(...(await serialsOf(tables, [...conditions, ...stretch], take - found.length)));
    if (since === undefined || above === undefined || (earliest !== undefined && since <= earliest)) break;
    before = since;
    // Where a clock was set back it may begin later than the one before.
    below = below === undefined || above < below ? above : below;
  }
  return found;
}

/** When the last of the receipts below a number came in at the latest, or when the query ends. */
async function latest(tables: Tables, { until }: ReceiptQuery, below: bigint | undefined): Promise<Date | undefined> {
  if (below === undefined) return until === undefined ? undefined : new Date(Date.parse(until) + LATER_MAX_MS);
  const row = await tables.receipt.findFirst({
    where: { serial: { gte: below } },
    orderBy: { serial: 'asc' },
    select: { receivedAt: true },
  });
  return row === null ? undefined : new Date(row.receivedAt.getTime() + LATER_MAX_MS);
}

/**
 * Receipts that a query asks for, the newest first. The terms of a change stand in the receipt itself or, where it carried many, among those that it shares: both are looked through, as
 * one index knows nothing of the other.
 */
export async function findReceipts(tables: Tables, query: ReceiptQuery, below: bigint | undefined, take: number): Promise<ReceiptModel[]> {
  const { ofChanges, own } = termsOf(query);
  const bounded = await bounds(tables, query, below);
  const having = (terms: readonly string[]) => (terms.length === 0 ? undefined : Prisma.sql`terms @> ${terms}::text[]`);
  const isRare = query.outcome === 'failed' || (query.cause !== undefined && query.cause !== 'change');
  const shared = {
    terms: ofChanges,
    conditions: [...bounded, having(own)],
    since: query.since === undefined ? undefined : new Date(query.since),
    until: await latest(tables, query, below),
    take,
  };
  const serials = [
    ...(await serialsOf(tables, [...bounded, having([...ofChanges, ...own])], take)),
    ...(ofChanges.length === 0 ? [] : await (isRare ? amongRare : among)(tables, shared)),
  ];
  return tables.receipt.findMany({ where: { serial: { in: serials } }, orderBy: { serial: 'desc' }, take });
}
