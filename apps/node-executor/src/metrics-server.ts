import { createServer } from 'node:http';
import { collectDefaultMetrics, Gauge, Registry } from '@weft/telemetry';
import type { ExecutorStatus } from './executor.ts';

/** A pass that has not gone well for this long makes the executor unhealthy: alive is not the same as working. */
const UNHEALTHY_MS = 60_000;

/** True while the last pass that went well is recent. */
export function isHealthy({ lastCleanPassAt }: ExecutorStatus, now: number): boolean {
  return lastCleanPassAt !== null && now - lastCleanPassAt < UNHEALTHY_MS;
}

/** What is measured, by metric name. */
const GAUGES: readonly { readonly name: string; readonly help: string; readonly read: (status: ExecutorStatus) => number }[] = [
  { name: 'weft_node_desired_revision', help: 'Newest revision this node was told of', read: (s) => s.desiredRevision },
  { name: 'weft_node_applied_revision', help: 'Newest revision that is true on this node', read: (s) => s.appliedRevision },
  { name: 'weft_node_failing', help: '1 while the last pass did not go well', read: (s) => Number(s.failing) },
  { name: 'weft_node_unsent_receipts', help: 'Receipts the control plane has not acknowledged', read: (s) => s.unsentReceipts },
  {
    name: 'weft_node_last_clean_pass_timestamp_seconds',
    help: 'When everything last went well, in seconds since 1970',
    read: (s) => (s.lastCleanPassAt ?? 0) / 1_000,
  },
];

/** A metrics endpoint that listens. */
export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `/metrics` for Prometheus, and `/healthz`: 200 while passes go well, 503 when the last good one is a minute old. Rejects when it cannot listen. */
export async function startMetricsServer(
  listen: { readonly host: string; readonly port: number },
  status: () => ExecutorStatus,
  now: () => number,
): Promise<MetricsServer> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const { name, help, read } of GAUGES)
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read(status()));
      },
    });
  const server = createServer(async (request, response) => {
    if (request.url === '/metrics') return response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
    if (request.url !== '/healthz') return response.writeHead(404).end();
    return response.writeHead(isHealthy(status(), now()) ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(status()));
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(listen.port, listen.host, listening.resolve);
  await listening.promise;
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : listen.port,
    close() {
      const closed = Promise.withResolvers<void>();
      server.closeAllConnections();
      server.close(() => closed.resolve());
      return closed.promise;
    },
  };
}
