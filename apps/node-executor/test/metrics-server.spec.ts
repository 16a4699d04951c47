import { afterEach, expect, it } from 'vitest';
import { type MetricsServer, startMetricsServer } from '../src/metrics-server.ts';
import type { ExecutorStatus } from '../src/passes/executor.ts';

let server: MetricsServer;
afterEach(() => server.close());

const STATUS: ExecutorStatus = {
  node: 'n1',
  desiredRevision: 9,
  appliedRevision: 8,
  failing: true,
  unsentReceipts: 2,
  lastCleanPassAt: 1_000,
  lastConvergedAt: 1_000,
  lastPassAt: 50_000,
  frozen: false,
  drift: { events: 3, repairs: 2, standing: 1, repairMs: 250 },
  deafMonitors: 0,
  staleFlowsDeleted: 3,
};

const PORT = { service: 'svc_1', protocol: 'TCP', port: 80, namespace: 'shop', name: 'web', portName: 'http' } as const;
const TALLY = { ports: new Map([['a', { of: PORT, connections: 5, packets: 6, bytes: null }]]), seen: new Map() };

async function get(status: ExecutorStatus, now: number, path: string) {
  server = await startMetricsServer(
    { host: '127.0.0.1', port: 0 },
    () => status,
    () => TALLY,
    () => now,
  );
  return fetch(`http://127.0.0.1:${server.port}${path}`);
}

it('tells Prometheus where the node is', async () => {
  const text = await (await get(STATUS, 2_000, '/metrics')).text();
  const lines = [
    'drift_standing 1',
    'drift_repair_seconds_total 0.25',
    'frozen 0',
    'desired_revision 9',
    'applied_revision 8',
    'failing 1',
    'unsent_receipts 2',
    'stale_udp_flows_deleted_total 3',
  ];
  for (const line of lines.map((rest) => `weft_node_${rest}`)) expect(text).toContain(`\n${line}\n`);
});

it('tells Prometheus what went to each port of a service', async () => {
  const text = await (await get(STATUS, 2_000, '/metrics')).text();
  const labels = '{namespace="shop",service="web",port="http",protocol="TCP"}';
  for (const line of [`connections_total${labels} 5`, `packets_total${labels} 6`, 'ports_not_shown 0'])
    expect(text).toContain(`\nweft_service_${line}\n`);
  expect(text).not.toContain('weft_service_bytes_total{');
});

it.each([
  ['/healthz', STATUS, 2_000, 200],
  ['/healthz', STATUS, 100_000, 503],
  ['/healthz', { ...STATUS, lastCleanPassAt: null }, 2_000, 200],
  ['/healthz', { ...STATUS, lastConvergedAt: null }, 0, 503],
  ['/livez', STATUS, 100_000, 200],
  ['/livez', STATUS, 200_000, 503],
  ['/livez', { ...STATUS, lastPassAt: null }, 0, 503],
])('%s of %j at %d is %d', async (path, status, now, expected) => {
  const response = await get(status, now, path);
  expect(response.status).toBe(expected);
  expect(await response.json()).toEqual(status);
});

it('serves nothing else', async () => {
  expect((await get(STATUS, 0, '/')).status).toBe(404);
});
