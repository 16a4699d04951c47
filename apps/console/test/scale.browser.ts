import { loadavg } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinNode } from '../../control-plane/test/harness/executor.ts';
import { type ConsoleBench, startConsole } from './harness/console.ts';
import { copyFleet } from './harness/copies.ts';
import { firstContentfulPaint, framesAtRest, framesWhilePanning } from './harness/frames.ts';

const NODES = 1000;
const PODS = 1000;
const SERVICES = 200;

let bench: ConsoleBench;

beforeAll(async () => {
  bench = await startConsole();
  const { api, databaseUrl } = bench.plane;
  const first = await joinNode(api, 'first');
  await api.ok('POST /pods', { body: { name: 'first', node: first.name, labels: { app: 'first' }, ports: [{ containerPort: 8080 }] } });
  await api.ok('POST /services', { body: { name: 'first', selector: { app: 'first' }, ports: [{ port: 80, targetPort: 8080 }] } });
  await first.apply();
  await copyFleet(databaseUrl, { nodes: NODES - 1, pods: PODS - 1, services: SERVICES - 1 });
});
afterAll(() => bench.close());

it(`shows ${NODES} nodes, ${PODS} pods and ${SERVICES} services`, async () => {
  const { page, complaints, end } = await bench.open('/', { width: 1600, height: 1000 });
  await page.getByText(`${NODES} nodes`, { exact: true }).waitFor();
  await page.getByText(`${PODS} pods`, { exact: true }).waitFor();
  const overview = page.getByRole('img', { name: `${NODES} nodes, drawn small` });
  await overview.waitFor();
  const drawn = (await page.evaluate('performance.now()')) as number;
  const paint = await firstContentfulPaint(page);
  const rest = await framesAtRest(page);
  const afar = await framesWhilePanning(page);
  await overview.click();
  await page.locator('.tile').first().waitFor();
  expect(await page.locator('.tile').count()).toBeLessThan(NODES / 4);
  const near = await framesWhilePanning(page);
  const frames = `frames a second: ${rest.toFixed(0)} at rest, panning ${afar.toFixed(0)} from afar and ${near.toFixed(0)} from near`;
  const shown = `first contentful paint ${paint.toFixed(0)} ms, all of the fleet after ${drawn.toFixed(0)} ms`;
  console.log(`${shown}; ${frames}; load ${loadavg()[0]?.toFixed(1)}`);
  expect(complaints).toEqual([]);
  await end();
});

it('scrolls through a thousand pods and draws those that are seen', async () => {
  const { page, end } = await bench.open('/pods');
  const table = page.getByRole('table', { name: 'Pods' });
  await table.waitFor();
  expect(await table.getAttribute('aria-rowcount')).toBe(String(PODS + 1));
  expect(await table.getByRole('row').count()).toBeLessThan(100);
  await page.getByRole('button', { name: 'Name' }).click();
  await page.getByRole('region', { name: 'Pods' }).press('End');
  await page.getByRole('cell', { name: 'default/pod-999' }).waitFor();
  await end();
});
