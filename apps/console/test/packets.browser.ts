import { readFile } from 'node:fs/promises';
import { eventually } from '@weft/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { contents } from '../../control-plane/test/captures/packets.ts';
import { type CapturingNode, capturingNode } from './harness/capturing-node.ts';
import { type ConsoleBench, startConsole } from './harness/console.ts';

let bench: ConsoleBench;
let capturing: CapturingNode;

const pod = (name: string) => ({
  name,
  node: capturing.node.name,
  labels: { app: name },
  ports: [{ containerPort: 8080 }],
  runtime: { type: 'none' },
});

beforeAll(async () => {
  bench = await startConsole();
  const { api, redisUrl } = bench.plane;
  capturing = await capturingNode(api, redisUrl);
  await api.ok('POST /pods', { body: pod('basket') });
  await api.ok('POST /pods', { body: pod('web') });
  await api.ok('POST /services', { body: { name: 'web', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] } });
  // Once more, as that pods are ready is news.
  for (let times = 0; times < 2; times += 1) await capturing.node.apply();
});
afterAll(async () => {
  await capturing.close();
  await bench.close();
});

it('says what becomes of a connection and by which rules, and keeps the question in the address', async () => {
  const { page, complaints, end } = await bench.open('/reach');
  await page.getByRole('combobox', { name: 'From' }).fill('bask');
  await page.getByRole('option', { name: 'pod/default/basket' }).click();
  await page.getByRole('combobox', { name: 'To', exact: true }).fill('web');
  await page.getByRole('option', { name: 'service/default/web:80' }).click();
  await page.getByRole('button', { name: 'Ask' }).click();
  await page.getByRole('heading', { level: 2, name: /reachable: 100\.64\./ }).waitFor();
  await page.getByRole('heading', { level: 3, name: /100 % to .*pod default\/web/ }).waitFor();
  await page.getByText('service default/web').first().waitFor();
  const few = await page.locator('.rule').count();
  await page.getByRole('checkbox', { name: 'Also rules that only looked at it' }).check();
  expect(await page.locator('.rule').count()).toBeGreaterThan(few);

  await page.reload();
  await page.getByRole('heading', { level: 2, name: /reachable: 100\.64\./ }).waitFor();
  await page.getByRole('link', { name: 'Send a real packet' }).click();
  await page.getByRole('heading', { level: 1, name: 'Trace' }).waitFor();
  expect(await page.getByRole('combobox', { name: 'To', exact: true }).inputValue()).toBe('service/default/web:80');

  await page.goto(`${bench.plane.api.url}/console/reach?from=basket&to=service/web`);
  await page.getByRole('alert').filter({ hasText: 'not somebody who sends: basket' }).waitFor();
  expect(complaints).toEqual([]);
  await end();
});

it('captures until it is stopped, and gives what has come as a file', async () => {
  const { page, complaints, end } = await bench.open('/capture');
  await page.getByRole('combobox', { name: 'Of' }).fill('pod/nobody');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('alert').filter({ hasText: 'there is no pod/nobody' }).waitFor();
  await page.getByRole('combobox', { name: 'Of' }).fill('pod/default/web');
  await page.getByLabel('Only packets that').fill('tcp and port 8080');
  await page.keyboard.press('Enter');
  await page.getByText('Capturing pod/default/web: 2 packets').waitFor();
  await page.getByRole('combobox', { name: 'Of' }).fill('pod/default/other');
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('Captured pod/default/web: 2 packets').waitFor();
  await eventually('the end on the node', () => capturing.stopped.length === 1, { withinMs: 30_000 });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download pod-default-web.pcap' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('pod-default-web.pcap');
  expect(contents(await readFile(await download.path()))).toEqual(['one', 'two']);
  const { items } = (await bench.plane.api.ok('GET /audit-events?operation=podCapture')).body;
  expect(items).toMatchObject([{ actor: { name: 'admin' }, after: { filter: 'tcp and port 8080' } }]);
  expect(complaints).toEqual([]);
  await end();
});

it('says what is wrong with a filter, and that nothing was captured', async () => {
  const { page, end } = await bench.open(`/capture?of=pod/default/web`);
  await page.getByLabel('Only packets that').fill('tcp and host example');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('alert').filter({ hasText: '"example" cannot stand in a filter' }).waitFor();
  await page.getByText('Broken off pod/default/web: 0 packets').waitFor();
  expect(await page.getByText('Nothing passed.').count()).toBe(0);
  await end();
});
