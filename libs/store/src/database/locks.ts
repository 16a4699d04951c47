import type { Tables } from './database.ts';

/**
 * Every transaction takes its locks in this order and so none waits in a circle; whoever takes a step of a rollout has locked its row before:
 *
 * 1. namespaces, by name: shared by whoever changes a pod, exclusive for whoever changes what a service selects or the namespace itself;
 *    then the service, by those who change an endpoint of it by hand and hold its namespace shared;
 * 2. the backends of the fleet: shared by whoever changes a service that not every backend can run, exclusive for whoever changes a node's backend;
 *    then the node ports, when some are to be chosen; then the external addresses, when some are to be claimed, their ranges change
 *    or a node says what its address is; then the quota of a namespace, when it has one; then the tokens, when one is revoked;
 * 3. rows of nodes, then of pods by id;
 * 4. addresses, never waiting for one that is being claimed; the blocks of services only after none was free;
 * 5. the revision counter;
 * 6. what is only written by its holder: service rows, endpoints, history; last the state of nodes;
 * 7. the positions of drift events.
 *
 * Advisory locks are used where the thing to be locked is a question ("which services select this pod?") and not a row. They are
 * granted in the order they were asked for, which row locks are not.
 */
export type LockName =
  | `namespace:${string}`
  | 'fleet-backends'
  | 'node-ports'
  | 'external-addresses'
  | 'service-blocks'
  | `quota:${string}`
  | 'tokens'
  | 'drift-positions';

/** Waits for a lock and holds it until the transaction ends. */
export async function lock(tables: Tables, name: LockName, mode: 'shared' | 'exclusive' = 'exclusive'): Promise<void> {
  if (mode === 'shared') await tables.$executeRaw`SELECT pg_advisory_xact_lock_shared(hashtextextended(${name}, 0))`;
  else await tables.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}

/**
 * Takes the first locks of whoever changes an endpoint by hand: its namespace, shared, and its service. Nobody waits for the answer: what is sent after it is carried out after it, and
 * neither of them is ever another one. Locks nothing for an endpoint that is not there.
 */
export function lockServiceOfEndpoint(tables: Tables, endpointId: string): void {
  void tables.$executeRaw`
    SELECT pg_advisory_xact_lock_shared(hashtextextended('namespace:' || s.namespace, 0))
    FROM endpoint e JOIN service s ON s.id = e.service_id WHERE e.id = ${endpointId}`;
  void tables.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('service:' || service_id, 0)) FROM endpoint WHERE id = ${endpointId}`;
}

/** Locks a service for others who change its endpoints by hand; its namespace is locked, shared. Nobody waits for the answer, as above. */
export function lockServiceNamed(tables: Tables, namespace: string, name: string): void {
  void tables.$executeRaw`
    SELECT pg_advisory_xact_lock(hashtextextended('service:' || id, 0)) FROM service WHERE namespace = ${namespace} AND name = ${name}`;
}
