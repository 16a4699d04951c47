import { rm } from 'node:fs/promises';
import { type EmbeddedServer, startPostgres } from '@weft/host';
import { DEFAULT_NETWORK } from '@weft/model';
import { initialise, migrate, openStore, type Store } from '@weft/store';
import { newServersFolder } from '@weft/testing/servers';
import { onTestFinished } from 'vitest';

/** A cluster in a Postgres of its own, and a store that outlives that. Both end with the test. */
export interface OwnPostgres {
  readonly store: Store;
  readonly databaseUrl: string;
  /** The server as it was started last. */
  server(): EmbeddedServer;
  /** Starts it again on what it has written. */
  start(): Promise<void>;
}

export async function ownPostgres(): Promise<OwnPostgres> {
  const directory = await newServersFolder('weft-own-postgres-');
  let postgres = await startPostgres({ directory });
  const databaseUrl = postgres.url;
  await migrate({ databaseUrl });
  await initialise({ databaseUrl }, DEFAULT_NETWORK);
  const store = openStore({ databaseUrl });
  onTestFinished(async () => {
    await store.close();
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  });
  return {
    store,
    databaseUrl,
    server: () => postgres,
    async start() {
      postgres = await startPostgres({ directory });
    },
  };
}
