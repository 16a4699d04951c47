import { afterEach, expect, it } from 'vitest';
import type { ExecutorStatus } from '../src/executor.ts';
import { type MetricsServer, startMetricsServer } from '../src/metrics-server.ts';

let server: MetricsServer;
afterEach(() => server.close());

const STATUS: ExecutorStatus = {
  node: 'n1',
  desiredRevision: 9,
  appliedRevision: 8,
  failing: true,
  unsentReceipts: 2,
  lastCleanPassAt: 1_000,
};

async function get(status: ExecutorStatus, now: number, path: string) {
  server = await startMetricsServer(
    { host: '127.0.0.1', port: 0 },
    () => status,
    () => now,
  );
  return fetch(`http://127.0.0.1:${server.port}${path}`);
}

it('tells Prometheus where the node is', async () => {
  const text = await (await get(STATUS, 2_000, '/metrics')).text();
  for (const line of ['weft_node_desired_revision 9', 'weft_node_applied_revision 8', 'weft_node_failing 1', 'weft_node_unsent_receipts 2'])
    expect(text).toContain(`\n${line}\n`);
});

it.each([
  [STATUS, 2_000, 200],
  [STATUS, 100_000, 503],
  [{ ...STATUS, lastCleanPassAt: null }, 0, 503],
])('is healthy while passes go well: %j at %d', async (status, now, expected) => {
  const response = await get(status, now, '/healthz');
  expect(response.status).toBe(expected);
  expect(await response.json()).toEqual(status);
});

it('serves nothing else', async () => {
  expect((await get(STATUS, 0, '/')).status).toBe(404);
});
