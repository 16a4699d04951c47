import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from '../../control-plane/test/harness/executor.ts';
import { type ConsoleBench, startConsole } from './harness/console.ts';

let bench: ConsoleBench;
let nodes: JoinedNode[];

beforeAll(async () => {
  bench = await startConsole();
  nodes = [await joinNode(bench.plane.api, 'node-a'), await joinNode(bench.plane.api, 'node-b')];
  await Promise.all(nodes.map((node) => node.apply()));
});
afterAll(() => bench.close());

it('asks for a token, refuses a wrong one, and keeps the right one out of the address', async () => {
  const context = await bench.browser.newContext();
  const page = await context.newPage();
  await page.goto(bench.plane.api.url);
  await page.getByRole('textbox', { name: 'Token' }).fill('wrong'.repeat(8));
  await page.getByRole('button', { name: 'Enter' }).click();
  await page.getByText('Nobody has this token').waitFor();
  await page.getByRole('textbox', { name: 'Token' }).fill(bench.plane.admin);
  await page.getByRole('button', { name: 'Enter' }).click();
  await page.getByRole('navigation', { name: 'Sections' }).waitFor();
  expect(page.url()).not.toContain(bench.plane.admin);
  await page.reload();
  await page.getByRole('navigation', { name: 'Sections' }).waitFor();
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('textbox', { name: 'Token' }).waitFor();
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain(bench.plane.admin);
  await context.close();
});

it('disables what the token may not do, and says which permission it takes', async () => {
  const { api } = bench.plane;
  const { token } = (await api.ok('POST /tokens', { body: { name: 'onlooker', role: 'viewer' } })).body;
  const page = await bench.browser.newPage();
  await page.addInitScript(`sessionStorage.setItem('weft-token', '${token}')`);
  for (const [path, button, permission] of [
    ['/trace', 'Follow', 'trace.start'],
    ['/capture', 'Start', 'capture.start'],
    ['/rollouts/new', 'Begin…', 'rollout.write'],
    ['/tokens', 'Make a token', 'token.write'],
    ['/plan', 'Plan', 'apply.write'],
    ['/join', 'Make a token', 'join-token.write'],
    [`/nodes/${nodes[0]?.id}`, 'Drain…', 'node.drain'],
  ] as const) {
    await page.goto(`${api.url}/console${path}`);
    await page.getByText(`This token may not: it takes ${permission}.`).waitFor();
    expect(await page.getByRole('button', { name: button, exact: true }).isDisabled(), button).toBe(true);
  }
  await page.close();
});

it('shows a service that was just created, and watches it become Programmed on all nodes', async () => {
  const { page, complaints, end } = await bench.open('/services');
  await page.getByText('There is no service yet.').waitFor();
  const pod = { name: 'web-1', node: nodes[0]?.name, labels: { app: 'web' }, ports: [{ containerPort: 8080 }], runtime: { type: 'none' } };
  await bench.plane.api.ok('POST /pods', { body: pod });
  await bench.plane.api.ok('POST /services', { body: { name: 'web', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] } });
  const row = page.getByRole('row').filter({ hasText: 'default/web' });
  await row.getByText('Pending').waitFor();
  await row.getByText('0 of 2', { exact: true }).waitFor();
  await nodes[0]?.apply();
  await row.getByText('1 of 1 ready').waitFor();
  await Promise.all(nodes.map((node) => node.apply()));
  await row.getByText('Programmed').waitFor();
  await row.getByText('2 of 2', { exact: true }).waitFor();

  await row.getByRole('link', { name: 'default/web' }).click();
  await page.getByRole('heading', { level: 1, name: 'default/web' }).waitFor();
  await page.getByRole('row').filter({ hasText: 'web-1' }).getByText('ready', { exact: true }).waitFor();
  await page.getByRole('tab', { name: 'Nodes' }).click();
  for (const { name } of nodes) await page.getByRole('row').filter({ hasText: name }).getByText('applied', { exact: true }).waitFor();
  expect(complaints).toEqual([]);
  await end();
});
