import pg from 'pg';
import { queryOf } from './connection.ts';

/**
 * Resolves once all that could be seen in the database when it was called is on its disk. Rejects when that is not known. `committed`: whoever calls has committed without waiting for the disk, be it
 * something that took no revision, as a refusal that is counted or the answer kept for a request that changed nothing.
 */
export type Flushed = (committed?: boolean) => Promise<void>;

/** What makes sure, for all who ask at a time, that what they saw in a database will still be there after a crash of it. */
export interface Flushes {
  /**
   * To be called before a statement whose effect or answer somebody will be told; what it gives is called after it. What is committed in between is lost by a crash in between, and a server that is back
   * by then would not know: so it all is one connection, which no crash leaves in place. Rejects when there is none to be had.
   */
  watch(): Promise<Flushed>;
  close(): Promise<void>;
}

/** The counter as it was when all before it was flushed. */
interface Known {
  readonly epoch: string;
  readonly revision: bigint;
}

const NOTHING: Known = { epoch: '', revision: -1n };

/**
 * Reads how far changes have come. If that is new to whoever asks it writes to the log, so that its own commit, which is an ordinary one, waits for the disk; and with it for all that was in the log before. Otherwise it
 * is a read like any other.
 */
const FLUSH = `
  SELECT epoch, revision, CASE WHEN (epoch, revision) IS DISTINCT FROM ($1::text, $2::bigint) THEN pg_logical_emit_message(true, 'weft', ''::text) END
  FROM revision_counter`;

/**
 * One call of `round` at a time. Whoever comes while one is under way shares the next with all who do: the one before may not have seen what they saw. A round is told whether any of them has
 * committed something.
 */
export function inRounds(round: (committed: boolean) => Promise<void>): Flushed {
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  let some = false;
  const begin = () => {
    const committed = some;
    next = null;
    some = false;
    return round(committed);
  };
  return (committed = false) => {
    some ||= committed;
    next ??= last = last.then(begin, begin);
    return next;
  };
}

/** Who hears of a connection that broke from the statement that breaks with it. */
const heard = () => undefined;

/** A connection that flushes until it breaks, and then only says why it cannot. */
async function openLine(config: pg.ClientConfig, onBreak: () => void): Promise<{ readonly flushed: Flushed; close(): Promise<void> }> {
  const client = new pg.Client(config);
  let known = NOTHING;
  let broken: { readonly reason: unknown } | null = null;
  const end = (reason: unknown) => {
    broken ??= { reason };
    onBreak();
    client.end().catch(heard);
  };
  client.on('error', end);
  await client.connect();
  const flushed = inRounds(async (committed) => {
    if (broken !== null) throw broken.reason;
    const { epoch, revision } = committed ? NOTHING : known;
    try {
      const { rows } = await client.query<Known>(queryOf({ text: FLUSH, values: [epoch, revision] }));
      known = rows[0] ?? NOTHING;
    } catch (error) {
      end(error);
      throw error;
    }
  });
  return { flushed, close: () => client.end() };
}

/** Flushes over a connection of its own, which is opened when somebody asks and none is open. */
export function flushesOver(config: pg.ClientConfig): Flushes {
  let line: ReturnType<typeof openLine> | null = null;
  const open = () => {
    const opened = openLine(config, () => {
      if (line === opened) line = null;
    });
    opened.catch(() => {
      if (line === opened) line = null;
    });
    return opened;
  };
  return {
    async watch() {
      line ??= open();
      return (await line).flushed;
    },
    async close() {
      await (await line?.catch(heard))?.close();
    },
  };
}
