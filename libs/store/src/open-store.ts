import { pools } from './addresses/pools.ts';
import { agentStore } from './agent/agent-store.ts';
import { applyStore } from './applies/apply-store.ts';
import { captureStore } from './captures/capture-store.ts';
import { clusterStore } from './cluster/cluster-store.ts';
import { counterStore } from './counters/counter-store.ts';
import { type Database, type DatabaseOptions, openDatabase, openFlushes } from './database/database.ts';
import { drainStore } from './drain/drain-store.ts';
import { driftStore } from './drift/drift-store.ts';
import { endpoints } from './endpoints/endpoints.ts';
import { fleetStore } from './fleet/fleet-store.ts';
import { historyStore } from './history.ts';
import { joiningStore } from './joining/joining.ts';
import { livenessStore } from './liveness/liveness-store.ts';
import { namespaces } from './namespaces/namespaces.ts';
import { nodes } from './nodes/nodes.ts';
import { originStore } from './origins/origins.ts';
import { pastStore } from './past/past.ts';
import { planStore } from './plans/plan-store.ts';
import { pods } from './pods/pods.ts';
import { quotaStore } from './quotas/quota-store.ts';
import { withinNamespaces } from './reach/within.ts';
import { receipts } from './records/receipts.ts';
import { audit, operations } from './records/records.ts';
import { rollbackStore } from './rollbacks/rollbacks.ts';
import { rolloutStore } from './rollouts/rollouts.ts';
import { sealingStore } from './sealing/sealing.ts';
import { services } from './services/services.ts';
import type { Store } from './store.ts';
import { tokenStore } from './tokens/token-store.ts';
import { traceStore } from './traces/trace-store.ts';
import { upkeepStore } from './upkeep.ts';

/** How to reach the database, and how many connections to hold. */
export interface StoreOptions extends DatabaseOptions {
  /** Connections beside the others that only nodes and the work for them use: 4 unless told. However busy people are, these are free for heartbeats. */
  readonly agentConnections?: number;
}

/** The parts of the store: `database` is for what people ask, `agents` for what nodes do. */
function partsOn(database: Database, agents: Database): Omit<Store, 'within' | 'close'> {
  return {
    cluster: clusterStore(database),
    namespaces: namespaces(database),
    nodes: nodes(database),
    pods: pods(database),
    services: services(database),
    endpoints: endpoints(database),
    pools: pools(database),
    operations: operations(database),
    audit: audit(database),
    receipts: receipts(database),
    rollbacks: rollbackStore(database),
    rollouts: rolloutStore(database),
    tokens: tokenStore(database),
    agent: agentStore(agents),
    joining: joiningStore(database),
    quotas: quotaStore(database),
    counters: counterStore(database, agents),
    drift: driftStore(database),
    captures: captureStore(database),
    traces: traceStore(database),
    fleet: fleetStore(agents),
    liveness: livenessStore(agents),
    drains: drainStore(agents),
    history: historyStore(database),
    origins: originStore(database),
    past: pastStore(database),
    applies: applyStore(database),
    plans: planStore(database),
    sealing: sealingStore(database, agents),
    upkeep: upkeepStore(agents),
    ping: async () => {
      await database.peek((tables) => tables.$executeRaw`SELECT 1`);
    },
  };
}

/** Opens a store on a database that is migrated and initialised. Connects on first use. */
export function openStore({ agentConnections = 4, ...options }: StoreOptions): Store {
  const flushes = openFlushes(options);
  const database = openDatabase(options, flushes);
  const agents = openDatabase({ ...options, connections: agentConnections }, flushes);
  const parts = partsOn(database, agents);
  return {
    ...parts,
    within: (reach) => (reach === null ? parts : withinNamespaces(parts, reach)),
    close: async () => {
      await Promise.all([database.close(), agents.close()]);
      await flushes.close();
    },
  };
}
