import type { Writable } from 'node:stream';
import pg from 'pg';
import { nameOf, type Statement } from './statement.ts';

const { INT8 } = pg.types.builtins;
const INT8_ARRAY = 1016;
const TEXT_ARRAY: number = 1009;

const bigints = (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(BigInt));

/** What an array has that cannot just be cut at its commas: something in quotes, something that is nothing, or arrays (Postgres' documentation of arrays, 8.15.6). */
const NOT_PLAIN = /["{}]|NULL/;

const readTexts: (text: string) => string[] = pg.types.getTypeParser(TEXT_ARRAY);

/** A receipt has hundreds of terms, which the other reader takes letter by letter. */
function texts(array: string): string[] {
  const inside = array.slice(1, -1);
  if (inside === '') return [];
  return NOT_PLAIN.test(inside) ? readTexts(array) : inside.split(',');
}

// For what Prisma reads as well, whose adapter takes pg's own readers.
pg.types.setTypeParser(TEXT_ARRAY, texts);

/** Values as Prisma gives them: what does not fit into a number is a bigint. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (type: number, format?: string) => {
    if (type === INT8) return BigInt;
    if (type === INT8_ARRAY) return bigints;
    return pg.types.getTypeParser(type, format as 'text');
  },
};

/** The query of a statement, with a plan that its connection keeps. */
export function queryOf({ text, values }: Statement): pg.QueryConfig {
  return { name: nameOf(text), text, values: [...values], types: TYPES };
}

/** The socket under a connection, which pg does not type. */
const socketOf = (connection: pg.ClientBase) =>
  (connection as unknown as { readonly connection: { readonly stream: Writable } }).connection.stream;

/**
 * Sends a statement without waiting for those before it. What is sent in one turn of the event loop travels in one packet: each packet wakes the server, and both
 * together cost more than most statements.
 */
export function send(connection: pg.ClientBase, query: pg.QueryConfig): Promise<pg.QueryResult> {
  const socket = socketOf(connection);
  if (socket.writableCorked === 0) {
    socket.cork();
    process.nextTick(() => socket.uncork());
  }
  return connection.query(query);
}
