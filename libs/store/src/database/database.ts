import pg from 'pg';
import { asProblem, isRolledBack, outcomeUnknown, saysNothing } from './database-errors.ts';
import { type Flushes, flushesOver } from './flushes.ts';
import { modelsOn } from './models.ts';
import { type Tables, tablesBy } from './tables.ts';
import { type Commit, Transaction } from './transaction.ts';

export type { Tables } from './tables.ts';

/** How to reach the database. */
export interface DatabaseOptions {
  /** `postgresql://…`; a unix socket is given as `?host=/directory`. */
  readonly databaseUrl: string;
  /** Connections this process may hold, 12 unless told: what two replicas and their clients can use on a small Postgres. */
  readonly connections?: number;
}

/**
 * The one way to the tables. What goes wrong comes out as a ProblemError where its sender can know the reason. What comes out of it, whatever it is, tells of nothing that a crash of the database
 * takes back, but for what `peek` gives.
 */
export interface Database {
  /** Statements that each stand for themselves. */
  read<T>(work: (tables: Tables) => Promise<T>): Promise<T>;
  /** The same for what nobody is told, and what is told when its own commit has waited for the disk: it does not wait until what it saw is there. */
  peek<T>(work: (tables: Tables) => Promise<T>): Promise<T>;
  /**
   * All or nothing; each statement sees what was committed before it (READ COMMITTED). Statements that do not wait for one another travel together; of those that nobody
   * waits for the commit waits, and it fails with them. Done anew when the database ends it because transactions wait in a circle.
   */
  transaction<T>(work: (tables: Tables) => Promise<T>): Promise<T>;
  /**
   * A transaction that takes a revision: what all changes wait for is not held until the disk has the commit, and what all of them wait for after it is one flush. Throws ProblemError Unavailable when
   * it is committed and whether that lasts is not known.
   */
  change<T>(work: (tables: Tables) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Postgres gives up by itself on what a dead or stuck replica left behind, and compiles no plans to machine code: for a pull by a node of a fleet
 * with some ten thousand services it would, and take longer over that than over the answer.
 */
const SETTINGS =
  '-c jit=off -c default_transaction_isolation=read\\ committed -c statement_timeout=15000 -c lock_timeout=15000 -c idle_in_transaction_session_timeout=20000';

/** A server that has not said a word for so long, in milliseconds, is gone: it would have given up by itself before. */
const SILENCE_MS = 17_000;

/** How often a transaction is begun that the database ends for the sake of others. */
const ATTEMPTS = 3;

async function untilNotRolledBack<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = ATTEMPTS - 1; ; left--)
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || !isRolledBack(error)) throw error;
    }
}

/** Somebody who hears of a broken connection from the statement that broke with it, and of one that breaks between two from the next. */
const heard = () => undefined;

function configOf({ databaseUrl }: DatabaseOptions): pg.ClientConfig {
  return {
    connectionString: databaseUrl,
    connectionTimeoutMillis: 10_000,
    query_timeout: SILENCE_MS,
    keepAlive: true,
    application_name: 'weft',
    options: SETTINGS,
  };
}

/** The flushes of a database, for all who open it in this process. */
export const openFlushes = (options: DatabaseOptions): Flushes => flushesOver(configOf(options));

/** Opens a database; flushes are its own, and closed with it, unless they are shared. */
export function openDatabase(options: DatabaseOptions, shared?: Flushes): Database {
  const flushes = shared ?? openFlushes(options);
  const { connections = 12 } = options;
  const pool = new pg.Pool({ ...configOf(options), max: connections, pipeline: true } as pg.PoolConfig);
  pool.on('error', heard);
  const models = modelsOn(pool);
  const reading = tablesBy(
    (query) => pool.query(query),
    async () => models.prisma,
  );

  const transact = async <T>(work: (tables: Tables) => Promise<T>, commit: Commit): Promise<T> => {
    const connection = await pool.connect();
    connection.on('error', heard);
    const within = models.within(connection);
    const statements = new Transaction(connection, commit);
    let broken: Error | undefined;
    try {
      const result = await work(tablesBy((query) => statements.run(query), within.get));
      await within.release();
      await statements.commit();
      return result;
    } catch (error) {
      await within.release().catch(heard);
      broken = await statements.rollback();
      throw statements.causeOf(error);
    } finally {
      connection.off('error', heard);
      connection.release(broken);
    }
  };

  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw asProblem(error);
    }
  };
  /** Lets out what comes of work, be it a refusal, when nothing of what it saw can be lost any more. What passes tells nothing. */
  const told = async <T>(
    work: () => Promise<T>,
    commit: Commit = 'flushed',
    inDoubt: (error: unknown) => unknown = asProblem,
  ): Promise<T> => {
    const flushed = await flushes.watch();
    let result: T;
    try {
      result = await work();
    } catch (error) {
      if (!saysNothing(asProblem(error))) await flushed();
      throw error;
    }
    await flushed(commit === 'flushed later').catch((error: unknown) => {
      throw inDoubt(error);
    });
    return result;
  };
  const carriedOut = <T>(work: (tables: Tables) => Promise<T>, commit: Commit) =>
    guarded(() => told(() => untilNotRolledBack(() => transact(work, commit)), commit, outcomeUnknown));
  return {
    read: (work) => guarded(() => told(() => work(reading))),
    peek: (work) => guarded(() => work(reading)),
    transaction: (work) => carriedOut(work, 'flushed'),
    change: (work) => carriedOut(work, 'flushed later'),
    async close() {
      await models.prisma.$disconnect();
      await pool.end();
      if (shared === undefined) await flushes.close();
    },
  };
}
