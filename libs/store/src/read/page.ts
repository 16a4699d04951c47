import { ProblemError } from '@weft/model';
import type { Tables } from '../database/database.ts';
import type { Page, PageRequest } from '../query.ts';

/** Cursors are opaque to clients: the key of the last item that was given out. */
const encode = (key: string) => Buffer.from(key).toString('base64url');

function decode(cursor: string, form: RegExp): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (form.test(key) && encode(key) === cursor) return key;
  throw new ProblemError('BadRequest', 'the cursor was not given out by this list', [
    { pointer: 'query/cursor', code: 'invalid', message: 'not a cursor of this list' },
  ]);
}

/** A key that rows are ordered by and that never changes. */
interface Order<Row> {
  readonly form: RegExp;
  keyOf(row: Row): string;
}

async function cut<Row>(
  tables: Tables,
  query: PageRequest,
  order: Order<Row>,
  read: (cursor: string | null, take: number) => Promise<Row[]>,
): Promise<Page<Row>> {
  // Read before the rows: a watch from here may repeat what the page has, but misses nothing.
  const { revision } = await tables.revisionCounter.findUniqueOrThrow({ where: { id: 1 } });
  // One more than asked for, to see whether there is another page.
  const rows = await read(query.cursor === null ? null : decode(query.cursor, order.form), query.limit + 1);
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  const nextCursor = rows.length > query.limit && last !== undefined ? encode(order.keyOf(last)) : null;
  return { items, nextCursor, revision: Number(revision) };
}

/** A page of objects in the order of their ids, which is that of their creation. `read` gets the id to start after. */
export function page<Row extends { readonly id: string }>(
  tables: Tables,
  query: PageRequest,
  read: (after: string, take: number) => Promise<Row[]>,
): Promise<Page<Row>> {
  const byId: Order<Row> = { form: /^[a-z]+_[0-9a-z]{1,40}$/, keyOf: (row) => row.id };
  return cut(tables, query, byId, (cursor, take) => read(cursor ?? '', take));
}

/** A page of records, newest first. `read` gets the number to stay below. */
export function newestFirst<Row>(
  tables: Tables,
  query: PageRequest,
  numberOf: (row: Row) => bigint,
  read: (below: bigint | undefined, take: number) => Promise<Row[]>,
): Promise<Page<Row>> {
  const byNumber: Order<Row> = { form: /^\d{1,18}$/, keyOf: (row) => String(numberOf(row)) };
  return cut(tables, query, byNumber, (cursor, take) => read(cursor === null ? undefined : BigInt(cursor), take));
}
