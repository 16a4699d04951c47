import { randomBytes } from 'node:crypto';
import { createAsker, createHintSender, createHintWorker, createNodeUsers, type NodeWorker } from '@weft/jobs';
import { DEFAULT_NETWORK, sha256Hex } from '@weft/model';
import { initialise, openStore, type Store } from '@weft/store';
import { createLogger } from '@weft/telemetry';
import { eventually } from '@weft/testing';
import { freshDatabase, freshRedis } from '@weft/testing/servers';
import { readConfig } from '../../src/config.ts';
import { start } from '../../src/lifecycle.ts';
import { Api } from './api.ts';

/** Variables of a process. */
type Environment = Readonly<Record<string, string>>;

/** A control plane in this process. */
export interface Replica {
  readonly api: Api;
  stop(): Promise<void>;
}

/** A control plane on a database of its own. */
export interface Plane extends Replica {
  /** Token of the administrator. */
  readonly admin: string;
  readonly store: Store;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Another control plane on the same database. */
  replica(environment?: Environment): Promise<Replica>;
  /**
   * Listens for a node's hints from now on, and resolves when it has been woken for that revision or a newer one. A hint that waits for somebody to
   * listen keeps its revision: listen before the change.
   */
  hinted(node: string, revision?: number): Promise<void>;
  /** Forgets the wake-ups seen so far. */
  forgetHints(): void;
  /** Everything that a request can change, to compare before and after. */
  everything(): Promise<unknown>;
}

/** Receives the hints of nodes, as their executors would. */
class Ears {
  private readonly workers = new Map<string, NodeWorker>();
  private readonly heard = new Map<string, number>();
  private readonly redisUrl: string;

  constructor(redisUrl: string) {
    this.redisUrl = redisUrl;
  }

  async hinted(node: string, revision: number): Promise<void> {
    if (!this.workers.has(node)) {
      const worker = createHintWorker({ url: this.redisUrl }, node, async (at) => {
        this.heard.set(node, Math.max(this.heard.get(node) ?? 0, at));
      });
      this.workers.set(node, worker);
    }
    await eventually(`a hint to ${node} for revision ${revision}`, () => (this.heard.get(node) ?? -1) >= revision);
  }

  forget(): void {
    this.heard.clear();
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers.values()].map((worker) => worker.close()));
  }
}

async function startReplica(environment: Environment, admin: string): Promise<Replica & { readonly store: Store }> {
  const config = readConfig({ WEFT_LISTEN: '127.0.0.1:0', WEFT_SWEEP_SECONDS: '1', WEFT_REQUESTS_PER_SECOND: '100000', ...environment });
  const store = openStore({ databaseUrl: config.DATABASE_URL, connections: 8 });
  await store.tokens.ensureAdmin('admin', sha256Hex(admin));
  const redis = { url: config.REDIS_URL };
  const hints = createHintSender(redis);
  const nodeUsers = createNodeUsers(redis);
  const asker = createAsker(redis);
  const running = await start({ store, hints, nodeUsers, asker, config, log: createLogger('test', 'silent') });
  return {
    api: new Api(running.url, admin),
    store,
    async stop() {
      await running.stop();
      nodeUsers.close();
      await Promise.all([hints.close(), asker.close(), store.close()]);
    },
  };
}

async function everything(store: Store): Promise<unknown> {
  const page = { limit: 1000, cursor: null };
  const lists = [store.namespaces, store.nodes, store.pods, store.services, store.endpoints, store.operations, store.audit, store.receipts];
  const items = await Promise.all(lists.map(async (list) => (await list.list(page)).items));
  const pools = (await store.pools.list(page)).items;
  return { items, pools, position: await store.history.position(), cluster: await store.cluster.get() };
}

/** Starts a control plane on a new database. */
export async function startPlane(environment: Environment = {}): Promise<Plane> {
  const admin = randomBytes(24).toString('hex');
  const database = await freshDatabase();
  await initialise({ databaseUrl: database.url }, DEFAULT_NETWORK);
  const redisUrl = await freshRedis();
  const servers = { ...environment, DATABASE_URL: database.url, REDIS_URL: redisUrl, WEFT_NODE_REDIS_URL: redisUrl };
  const first = await startReplica(servers, admin);
  const ears = new Ears(servers.REDIS_URL);
  return {
    api: first.api,
    store: first.store,
    databaseUrl: database.url,
    redisUrl: servers.REDIS_URL,
    admin,
    replica: (other = {}) => startReplica({ ...servers, ...other }, admin),
    hinted: (node, revision = 0) => ears.hinted(node, revision),
    forgetHints: () => ears.forget(),
    everything: () => everything(first.store),
    async stop() {
      await first.stop();
      await ears.close();
      await database.drop();
    },
  };
}
