import { createServer } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Registry } from '@weft/telemetry';
import type { Tally } from './counters/tally.ts';
import { registerTraffic } from './counters/traffic-metrics.ts';
import { isAlive, isInShape } from './health/in-shape.ts';
import type { ExecutorStatus } from './passes/executor.ts';

/** What is answered with 200 while it holds, and with 503 else: whether to lead traffic here, and whether to leave the process alone. */
const CHECKS: Readonly<Record<string, (status: ExecutorStatus, now: number) => boolean>> = { '/healthz': isInShape, '/livez': isAlive };

interface Measure {
  readonly name: string;
  readonly help: string;
  readonly read: (status: ExecutorStatus) => number;
}

/** What is measured and goes up and down. */
const GAUGES: readonly Measure[] = [
  { name: 'weft_node_desired_revision', help: 'Newest revision this node was told of', read: (s) => s.desiredRevision },
  { name: 'weft_node_applied_revision', help: 'Newest revision that is true on this node', read: (s) => s.appliedRevision },
  { name: 'weft_node_failing', help: '1 while the last pass did not go well', read: (s) => Number(s.failing) },
  { name: 'weft_node_frozen', help: '1 while nothing is changed on this host, as it was told', read: (s) => Number(s.frozen) },
  { name: 'weft_node_drift_standing', help: 'Differences from what was applied, as of the last look', read: (s) => s.drift.standing },
  {
    name: 'weft_node_deaf_monitors',
    help: 'Monitors that end as soon as they start: changes by others are found late',
    read: (s) => s.deafMonitors,
  },
  { name: 'weft_node_unsent_receipts', help: 'Receipts the control plane has not acknowledged', read: (s) => s.unsentReceipts },
  {
    name: 'weft_node_last_clean_pass_timestamp_seconds',
    help: 'When everything last went well, in seconds since 1970',
    read: (s) => (s.lastCleanPassAt ?? 0) / 1_000,
  },
];

/** What is counted since the start. */
const COUNTERS: readonly Measure[] = [
  {
    name: 'weft_node_drift_events_total',
    help: 'Changes that others made to what is ours; one that comes back again and again is one',
    read: (s) => s.drift.events,
  },
  { name: 'weft_node_drift_repairs_total', help: 'How often such a change was undone', read: (s) => s.drift.repairs },
  {
    name: 'weft_node_drift_repair_seconds_total',
    help: 'How long that took together, from noticing to repaired',
    read: (s) => s.drift.repairMs / 1_000,
  },
  {
    name: 'weft_node_stale_udp_flows_deleted_total',
    help: 'Tracked UDP flows that were forgotten because they led where the state no longer leads',
    read: (s) => s.staleFlowsDeleted,
  },
];

/** A metrics endpoint that listens. */
export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `/metrics` for Prometheus, `/healthz` and `/livez`. Rejects when it cannot listen. */
export async function startMetricsServer(
  listen: { readonly host: string; readonly port: number },
  status: () => ExecutorStatus,
  traffic: () => Tally,
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
  for (const { name, help, read } of COUNTERS)
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read(status()));
      },
    });
  registerTraffic(registry, traffic);
  const server = createServer(async (request, response) => {
    if (request.url === '/metrics') return response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
    const check = CHECKS[request.url ?? ''];
    if (check === undefined) return response.writeHead(404).end();
    return response.writeHead(check(status(), now()) ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(status()));
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
