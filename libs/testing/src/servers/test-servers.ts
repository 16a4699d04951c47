import { randomBytes } from 'node:crypto';
import { askRedis } from '@weft/host';
import { createDatabase, dropDatabase } from '@weft/store';

export { newServersFolder } from './new-folder.ts';

/** Where the run's servers are: set by global-setup.ts, inherited by every worker. */
export const POSTGRES_URL = 'WEFT_TEST_POSTGRES_URL';
export const REDIS_URL = 'WEFT_TEST_REDIS_URL';

/** The database that fresh ones are copies of: migrated, not initialised. */
export const TEMPLATE = 'weft_template';

/** More workers than this share databases of Redis; the private Redis has 64. */
const REDIS_DATABASES = 63;

function fromRun(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: this is for tests of the tier "server" (*.server.ts)`);
  return value;
}

/** A database of one test file or suite. */
export interface TestDatabase {
  readonly url: string;
  /** Ends every connection to it and drops it. */
  drop(): Promise<void>;
}

async function newDatabase(template?: string): Promise<TestDatabase> {
  const server = fromRun(POSTGRES_URL);
  const name = `weft_test_${randomBytes(8).toString('hex')}`;
  const url = await createDatabase(server, name, template);
  return { url, drop: () => dropDatabase(server, name) };
}

/** A database of the run's Postgres that nobody else uses: migrated, not initialised. Takes some 50 ms. */
export const freshDatabase = (): Promise<TestDatabase> => newDatabase(TEMPLATE);

/** The same without a schema. */
export const emptyDatabase = (): Promise<TestDatabase> => newDatabase();

/** URL of an empty database of the run's Redis that no other worker uses at this moment. */
export async function freshRedis(): Promise<string> {
  const worker = Number(process.env.VITEST_POOL_ID ?? 1);
  const url = `${fromRun(REDIS_URL)}&db=${worker % REDIS_DATABASES}`;
  const answer = await askRedis(url, 'FLUSHDB');
  if (answer !== '+OK') throw new Error(`the run's Redis cannot be emptied: ${answer ?? 'it does not answer'}`);
  return url;
}
