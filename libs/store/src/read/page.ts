import { ProblemError } from '@weft/model';
import type { Tables } from '../database/database.ts';
import type { Page, PageRequest } from '../query.ts';

/** Cursors are opaque to clients: the key of the last item that was given out. */
const encode = (key: string) => Buffer.from(key).toString('base64url');

function decode(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (/^[0-9a-z_]{1,64}$/.test(key) && encode(key) === cursor) return key;
  throw new ProblemError('BadRequest', 'the cursor was not given out by a list', [
    { pointer: 'query/cursor', code: 'invalid', message: 'not a cursor of this list' },
  ]);
}

/**
 * One page of rows that are ordered by a key which never changes, their id unless told. `read` gets the key to start after and how many rows to give, one more
 * than asked for to see whether there is another page.
 */
export async function page<Row extends { readonly id: string }>(
  tables: Tables,
  query: PageRequest,
  read: (after: string | null, take: number) => Promise<Row[]>,
  keyOf: (row: Row) => string = (row) => row.id,
): Promise<Page<Row>> {
  // Read before the rows: a watch from here may repeat what the page has, but misses nothing.
  const { revision } = await tables.revisionCounter.findUniqueOrThrow({ where: { id: 1 } });
  const rows = await read(query.cursor === null ? null : decode(query.cursor), query.limit + 1);
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > query.limit && last !== undefined ? encode(keyOf(last)) : null, revision: Number(revision) };
}
