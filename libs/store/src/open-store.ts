import { pools } from './addresses/pools.ts';
import { agentStore } from './agent/agent-store.ts';
import { clusterStore } from './cluster/cluster-store.ts';
import { counterStore } from './counters/counter-store.ts';
import { type DatabaseOptions, openDatabase } from './database/database.ts';
import { driftStore } from './drift/drift-store.ts';
import { endpoints } from './endpoints/endpoints.ts';
import { fleetStore } from './fleet/fleet-store.ts';
import { historyStore } from './history.ts';
import { livenessStore } from './liveness/liveness-store.ts';
import { namespaces } from './namespaces/namespaces.ts';
import { nodes } from './nodes/nodes.ts';
import { pods } from './pods/pods.ts';
import { receipts } from './records/receipts.ts';
import { audit, operations } from './records/records.ts';
import { services } from './services/services.ts';
import type { Store } from './store.ts';
import { tokenStore } from './tokens/token-store.ts';
import { upkeepStore } from './upkeep.ts';

/** Opens a store on a database that is migrated and initialised. Connects on first use. */
export function openStore(options: DatabaseOptions): Store {
  const database = openDatabase(options);
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
    tokens: tokenStore(database),
    agent: agentStore(database),
    counters: counterStore(database),
    drift: driftStore(database),
    fleet: fleetStore(database),
    liveness: livenessStore(database),
    history: historyStore(database),
    upkeep: upkeepStore(database),
    ping: async () => {
      await database.read((tables) => tables.$executeRaw`SELECT 1`);
    },
    close: () => database.close(),
  };
}
