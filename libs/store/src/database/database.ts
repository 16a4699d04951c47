import { createHash } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { type Prisma, PrismaClient } from '../generated/client.ts';
import { asProblem, isRolledBack } from './database-errors.ts';

/** The tables, inside a transaction or outside of one. */
export type Tables = Prisma.TransactionClient;

/** How to reach the database. */
export interface DatabaseOptions {
  /** `postgresql://…`; a unix socket is given as `?host=/directory`. */
  readonly databaseUrl: string;
  /** Connections this process may hold, 12 unless told: what two replicas and their clients can use on a small Postgres. */
  readonly connections?: number;
}

/** The one way to the tables. What goes wrong comes out as a ProblemError where its sender can know the reason. */
export interface Database {
  /** Statements that each stand for themselves. */
  read<T>(work: (tables: Tables) => Promise<T>): Promise<T>;
  /** All or nothing; each statement sees what was committed before it (READ COMMITTED). Done anew when the database ends it because transactions wait in a circle. */
  transaction<T>(work: (tables: Tables) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Waiting for a connection and waiting for the work, in milliseconds: longer than a burst of 100 clients needs, shorter than a client's patience. */
const PATIENCE = { maxWait: 20_000, timeout: 20_000 };

/**
 * Postgres gives up by itself on what a dead or stuck replica left behind, and compiles no plans to machine code: for a pull by a node of a fleet
 * with some ten thousand services it would, and take longer over that than over the answer.
 */
const SETTINGS =
  '-c jit=off -c default_transaction_isolation=read\\ committed -c statement_timeout=15000 -c lock_timeout=15000 -c idle_in_transaction_session_timeout=20000';

/** A server that has not said a word for so long, in milliseconds, is gone: it would have given up by itself before. */
const SILENCE_MS = 17_000;

/** Statements with so many parameters hold lists whose length varies; keeping a plan for each would fill the server's memory. */
const LONG_LIST = '$32';
const UNPREPARED = '';

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

export function openDatabase({ databaseUrl, connections = 12 }: DatabaseOptions): Database {
  const adapter = new PrismaPg(
    {
      connectionString: databaseUrl,
      max: connections,
      connectionTimeoutMillis: 10_000,
      query_timeout: SILENCE_MS,
      keepAlive: true,
      application_name: 'weft',
      options: SETTINGS,
    },
    {
      statementNameGenerator: ({ sql }) => (sql.includes(LONG_LIST) ? UNPREPARED : createHash('sha1').update(sql).digest('base64')),
    },
  );
  const prisma = new PrismaClient({ adapter });
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw asProblem(error);
    }
  };
  return {
    read: (work) => guarded(() => work(prisma)),
    // Its isolation is set once for the connection: naming it here would cost every transaction one more message.
    transaction: (work) => guarded(() => untilNotRolledBack(() => prisma.$transaction(work, PATIENCE))),
    close: () => prisma.$disconnect(),
  };
}
