import { randomUUID } from 'node:crypto';
import { DEFAULT_NETWORK, EndpointCreate, NodeCreate, PodCreate, ServiceCreate } from '@weft/model';
import { createDatabase, initialise, migrate, openStore, type RequestContext, type Store } from '@weft/store';
import pg from 'pg';

/** A cluster in a database of its own. */
export interface Cluster {
  readonly store: Store;
  readonly sql: pg.Client;
  close(): Promise<void>;
}

/** A request of nobody in particular. */
export const request = (): RequestContext => ({
  requestId: randomUUID(),
  actor: { kind: 'user', name: 'bench', tokenId: null },
  sourceAddress: null,
  operation: 'bench',
  idempotency: null,
  rehearsal: null,
});

/** An empty cluster with one node. */
export async function cluster(server: string, name: string): Promise<Cluster & { readonly nodeId: string }> {
  const databaseUrl = await createDatabase(server, name);
  await migrate({ databaseUrl });
  await initialise({ databaseUrl }, DEFAULT_NETWORK);
  const store = openStore({ databaseUrl });
  const sql = new pg.Client({ connectionString: databaseUrl });
  await sql.connect();
  const { object } = await store.nodes.create(request(), NodeCreate.parse({ name: 'node-1' }));
  const close = async () => {
    await Promise.all([store.close(), sql.end()]);
  };
  return { store, sql, close, nodeId: object.id };
}

export const pod = (name: string, app: string) =>
  PodCreate.parse({ name, node: 'node-1', labels: { app }, ports: [{ containerPort: 80 }] });
export const service = (name: string, selector: Record<string, string> | null) =>
  ServiceCreate.parse({ name, selector, ports: [{ port: 80 }] });
export const endpoint = (name: string, ip: string) => EndpointCreate.parse({ service: name, ip, port: 80 });
