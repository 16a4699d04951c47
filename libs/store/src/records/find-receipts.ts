import type { Tables } from '../database/database.ts';
import { Prisma } from '../generated/client.ts';
import type { ReceiptModel } from '../generated/models.ts';
import type { ReceiptQuery } from '../query.ts';
import { numbersBetween } from '../read/times.ts';

/** So many names of shared terms are looked for in receipts; where more have what is asked for, so has about every receipt of their time. */
const NAMED_MAX = 256;

/** By how much the last receipt that names shared terms may be younger than these, in ms: the hour that they are for, and a transaction. */
const YOUNGER_MAX_MS = 2 * 3_600_000;

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

/** A condition on receipts that share terms with others which have all of these; null: there are none. */
async function sharing(tables: Tables, terms: readonly string[]): Promise<Prisma.Sql | null> {
  const where = { terms: { hasEvery: [...terms] } };
  const some = await tables.receiptTerms.findMany({ where, select: { sha256: true }, take: NAMED_MAX + 1 });
  if (some.length === 0) return null;
  if (some.length <= NAMED_MAX) return Prisma.sql`terms_sha256 = ANY (${some.map(({ sha256 }) => sha256)}::text[])`;
  const newest = await tables.receiptTerms.findFirst({ where, select: { at: true }, orderBy: { at: 'desc' } });
  const { lt } = await serialsBetween(tables, { until: new Date((newest?.at.getTime() ?? 0) + YOUNGER_MAX_MS).toISOString() });
  // Looked up for each receipt, the newest first: OFFSET 0 keeps Postgres from joining all of them before.
  const shared = Prisma.sql`EXISTS (SELECT FROM receipt_terms t WHERE t.sha256 = terms_sha256 AND t.terms @> ${terms}::text[] OFFSET 0)`;
  return lt === undefined ? shared : Prisma.sql`serial < ${lt} AND ${shared}`;
}

/**
 * Receipts that a query asks for, the newest first. The terms of a change stand in the receipt itself or, where it carried many, among those that it shares: both are looked through, as
 * one index knows nothing of the other.
 */
export async function findReceipts(tables: Tables, query: ReceiptQuery, below: bigint | undefined, take: number): Promise<ReceiptModel[]> {
  const { ofChanges, own } = termsOf(query);
  const bounded = await bounds(tables, query, below);
  const having = (terms: readonly string[]) => (terms.length === 0 ? undefined : Prisma.sql`terms @> ${terms}::text[]`);
  const shared = ofChanges.length === 0 ? null : await sharing(tables, ofChanges);
  const serials = [
    ...(await serialsOf(tables, [...bounded, having([...ofChanges, ...own])], take)),
    ...(shared === null ? [] : await serialsOf(tables, [...bounded, having(own), shared], take)),
  ];
  return tables.receipt.findMany({ where: { serial: { in: serials } }, orderBy: { serial: 'desc' }, take });
}
