import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from '../../control-plane/test/harness/executor.ts';
import type { Replica } from '../../control-plane/test/harness/plane.ts';
import { type ConsoleBench, startConsole } from './harness/console.ts';

let bench: ConsoleBench;
let node: JoinedNode;
let replica: Replica;

beforeAll(async () => {
  bench = await startConsole();
  node = await joinNode(bench.plane.api, 'node');
  await node.apply();
  replica = await bench.plane.replica();
});
afterAll(async () => {
  await replica.stop();
  await bench.close();
});

it('says that it has to be loaded again when what it would load is gone', async () => {
  const { page, end } = await bench.open('/services');
  const sections = page.getByRole('navigation', { name: 'Sections' });
  await page.route(/plan-page-[^/]*\.js$/, (route) => route.fulfill({ status: 404 }));
  await sections.getByRole('link', { name: 'Plan' }).click();
  const broken = page.getByRole('alert').filter({ hasText: 'This page cannot be shown' });
  await broken.waitFor();
  await sections.getByRole('link', { name: 'Nodes' }).click();
  await page.getByRole('heading', { level: 1, name: 'Nodes' }).waitFor();
  await sections.getByRole('link', { name: 'Plan' }).click();
  await page.unroute(/plan-page-[^/]*\.js$/);
  await broken.getByRole('button', { name: 'Load the console again' }).click();
  await page.getByRole('textbox', { name: 'Documents' }).waitFor();
  await end();
});

it('says that it is cut off, and goes on where it was when the control plane is back', async () => {
  const { api } = bench.plane;
  const { page, end } = await bench.open('/services');
  const context = await bench.browser.newContext();
  const looking = await context.newPage();
  await looking.addInitScript(`sessionStorage.setItem('weft-token', '${bench.plane.admin}')`);
  await looking.goto(`${replica.api.url}/console/services`);
  await looking.getByText('live', { exact: true }).waitFor();
  await api.ok('POST /services', { body: { name: 'before', ports: [{ port: 80 }] } });
  await looking.getByRole('link', { name: 'default/before' }).waitFor();

  const { host } = new URL(replica.api.url);
  await replica.stop();
  await looking.getByText('not connected: what is shown may be old').waitFor();
  expect(await looking.getByRole('link', { name: 'default/before' }).isVisible()).toBe(true);
  await api.ok('POST /services', { body: { name: 'meanwhile', ports: [{ port: 80 }] } });
  await page.getByRole('link', { name: 'default/meanwhile' }).waitFor();

  replica = await bench.plane.replica({ WEFT_LISTEN: host });
  await looking.getByText('live', { exact: true }).waitFor();
  await looking.getByRole('link', { name: 'default/meanwhile' }).waitFor();
  await node.apply();
  await looking.getByRole('row').filter({ hasText: 'default/meanwhile' }).getByText('Programmed').waitFor();
  await context.close();
  await end();
});
