import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { Prisma, PrismaClient } from '../generated/client.ts';
import { nameOf } from './statement.ts';

/** The methods of each table's model. */
type Models = Prisma.TransactionClient;

/** The models on a connection on which a transaction has begun. */
export interface ModelsInTransaction {
  /** Asks Prisma for them the first time. Throws when the connection was let go of. */
  get(): Promise<Models>;
  /** Lets go of the connection, which stays in its transaction. */
  release(): Promise<void>;
}

/** Prisma on a pool of connections. */
export interface ModelsOnPool {
  readonly prisma: PrismaClient;
  /** Models on a connection of the pool that somebody else has taken, and on which somebody else begins and ends the transaction. */
  within(connection: pg.PoolClient): ModelsInTransaction;
}

/** Longer than whatever the server lets a transaction take, in ms. */
const PATIENCE = { maxWait: 20_000, timeout: 60_000 };

const nothing = async () => undefined;

/** Prisma's adapter with one more way to begin a transaction: on the connection that the caller is working with. */
function adapterOn(pool: pg.Pool, working: AsyncLocalStorage<pg.PoolClient>): PrismaPg {
  const factory = new PrismaPg(pool, { statementNameGenerator: ({ sql }) => nameOf(sql) });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const begin = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async (isolation) => {
      const client = working.getStore();
      if (client === undefined) return begin(isolation);
      // A phantom query is one that Prisma leaves to the adapter: BEGIN and COMMIT are not its own here.
      return Object.assign(Object.create(adapter), { client, options: { usePhantomQuery: true }, commit: nothing, rollback: nothing });
    };
    return adapter;
  };
  return factory;
}

export function modelsOn(pool: pg.Pool): ModelsOnPool {
  const working = new AsyncLocalStorage<pg.PoolClient>();
  const prisma = new PrismaClient({ adapter: adapterOn(pool, working) });
  return {
    prisma,
    within(connection) {
      const over = Promise.withResolvers<void>();
      let models: Promise<Models> | null = null;
      let ended: Promise<void> = over.promise;
      let released = false;
      const open = () =>
        new Promise<Models>((resolve, reject) => {
          ended = working.run(connection, () =>
            prisma.$transaction(async (opened) => {
              resolve(opened);
              await over.promise;
            }, PATIENCE),
          );
          ended.catch(reject);
        });
      return {
        async get() {
          if (released) throw new Error('the transaction is over');
          models ??= open();
          return models;
        },
        async release() {
          released = true;
          over.resolve();
          await ended;
        },
      };
    },
  };
}
