import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from '../../control-plane/test/harness/executor.ts';
import { type ConsoleBench, startConsole } from './harness/console.ts';

let bench: ConsoleBench;
let node: JoinedNode;
/** The revision at which the service was well. */
let good: number;

beforeAll(async () => {
  bench = await startConsole();
  const { api } = bench.plane;
  node = await joinNode(api, 'past');
  const { id } = (await api.ok('POST /services', { body: { name: 'web', ports: [{ port: 80, targetPort: 8080 }] } })).body;
  good = (await api.ok('GET /cluster')).body.revision;
  await api.ok(`PATCH /services/${id}`, { body: { ports: [{ port: 81, targetPort: 8080 }] }, headers: { 'If-Match': '*' } });
});
afterAll(() => bench.close());

it('tells the rules of then, what is otherwise since, and brings objects back as planned', async () => {
  const { page, complaints, end } = await bench.open('/history');
  await page.getByRole('textbox', { name: 'Then' }).fill('yesterday');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByRole('alert').filter({ hasText: 'yesterday is no moment' }).waitFor();
  await page.getByRole('textbox', { name: 'Then' }).fill(String(good));
  await page.getByLabel('A part of the rule').fill('default/web');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText(new RegExp(`From revision ${good} to`)).waitFor();
  await page.locator('[data-change=removed]', { hasText: '. 80' }).first().waitFor();
  await page.locator('[data-change=added]', { hasText: '. 81' }).first().waitFor();
  expect(page.url()).toContain(`from=${good}`);

  await page.getByRole('tab', { name: 'Rules then' }).click();
  await page.getByText(`As of revision ${good}, by nftables.`).waitFor();
  await page.locator('.owned').getByText('service default/web').first().waitFor();

  await page.getByRole('tab', { name: 'Bring back' }).click();
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByRole('heading', { name: /service default\/web/ }).waitFor();
  await page.getByRole('button', { name: 'Bring back exactly this' }).click();
  await page.getByRole('status').filter({ hasText: 'updated: service default/web' }).waitFor();
  expect((await bench.plane.api.ok('GET /services?name=web')).body.items).toMatchObject([{ ports: [{ port: 80 }] }]);
  expect(complaints).toEqual([]);
  await end();
});

it('keeps the question in the address', async () => {
  const { page, end } = await bench.open(`/history?node=${node.name}&from=${good}&to=${good}`);
  await page.getByText('Nothing was otherwise then.').waitFor();
  expect(await page.getByRole('textbox', { name: 'Then' }).inputValue()).toBe(String(good));
  await end();
});
