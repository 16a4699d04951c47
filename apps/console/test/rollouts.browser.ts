import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeNode, fakeNode } from '../../control-plane/test/rollouts/fake-node.ts';
import { type ConsoleBench, startConsole } from './harness/console.ts';

let bench: ConsoleBench;
let nodes: [FakeNode, FakeNode];

beforeAll(async () => {
  bench = await startConsole();
  const { api, redisUrl } = bench.plane;
  nodes = [await fakeNode(api, redisUrl, 'rolling-a'), await fakeNode(api, redisUrl, 'rolling-b')];
  for (const { name, id } of nodes) {
    await api.ok('POST /pods', {
      body: { name, node: name, labels: { app: 'web' }, ports: [{ containerPort: 80 }], runtime: { type: 'none' } },
    });
    await api.ok(`PATCH /nodes/${id}`, { body: { labels: { rack: '1' } }, headers: { 'If-Match': '*' } });
  }
  await api.ok('POST /services', { body: { name: 'web', selector: { app: 'web' }, ports: [{ port: 80 }] } });
  for (const node of nodes) await node.apply();
});
afterAll(async () => {
  for (const node of nodes) await node.close();
  await bench.close();
});

it('begins a rollout, shows its canary fail and why, goes on with it, and takes it back', async () => {
  const [first, second] = nodes;
  first.meets = (backend) => (backend === 'iptables' ? 'ETIMEDOUT' : null);
  const { page, complaints, end } = await bench.open('/rollouts');
  await page.getByText('There has been no rollout.').waitFor();
  await page.getByRole('link', { name: 'Begin a rollout…' }).click();
  await page.getByLabel('Nodes with labels').fill('rack=1');
  await page.getByLabel('Canaries').fill(first.name);
  await page.getByLabel('Seconds to stay well').fill('0');
  await page.getByRole('radio', { name: 'Leave everything as it is, and wait for me' }).check();
  // Nothing is chosen by itself, and nothing begins unasked.
  await page.getByRole('button', { name: 'Begin…' }).click();
  expect(await page.getByLabel('Change every node to').evaluate((field: HTMLSelectElement) => field.validity.valueMissing)).toBe(true);
  await page.getByLabel('Change every node to').selectOption({ label: 'backend: iptables' });
  await page.getByRole('button', { name: 'Begin…' }).click();
  const question = page.getByRole('dialog', { name: 'Change 2 nodes to backend: iptables?' });
  await question.getByText(`${first.name}, ${second.name}.`).waitFor();
  expect((await bench.plane.api.ok('GET /rollouts')).body.items).toEqual([]);
  await question.getByRole('button', { name: 'Begin', exact: true }).click();

  await page.getByRole('heading', { level: 1, name: 'backend: iptables' }).waitFor();
  await page.getByText('Halted', { exact: true }).waitFor();
  const canary = page.getByRole('row').filter({ hasText: first.name });
  await canary.getByText('goes first').waitFor();
  await canary.getByText('Failed', { exact: true }).waitFor();
  await page.getByRole('status').filter({ hasText: 'ETIMEDOUT' }).waitFor();
  await page.getByRole('row').filter({ hasText: second.name }).getByText('Waiting', { exact: true }).waitFor();

  first.meets = () => null;
  await page.getByRole('button', { name: 'Resume…' }).click();
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('status').filter({ hasText: 'every node of it has the change' }).waitFor();
  expect(nodes.map(({ backend }) => backend())).toEqual(['iptables', 'iptables']);

  await page.getByRole('button', { name: 'Revert…' }).click();
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByText('Reverted', { exact: true }).first().waitFor();
  await page.getByRole('row').filter({ hasText: first.name }).getByText('Reverted', { exact: true }).waitFor();
  expect(nodes.map(({ backend }) => backend())).toEqual(['nftables', 'nftables']);
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Rollouts' }).click();
  await page.getByRole('row').filter({ hasText: 'backend: iptables' }).getByText('Reverted', { exact: true }).waitFor();
  expect(complaints).toEqual([]);
  await end();
});

it('halts a rollout: the node in the middle gets its change, no other, and stops it there', async () => {
  const [first, second] = nodes;
  first.stuck = true;
  const body = { change: { backend: 'iptables' }, nodes: nodes.map(({ name }) => name) } as const;
  const { id } = (await bench.plane.api.ok('POST /rollouts', { body })).body;
  const { page, complaints, end } = await bench.open(`/rollouts/${id}`);
  const state = (node: FakeNode, text: string) => page.getByRole('row').filter({ hasText: node.name }).getByText(text, { exact: true });
  await state(first, 'Changing').waitFor();
  await page.getByRole('button', { name: 'Halt…' }).click();
  const question = page.getByRole('dialog', { name: 'Halt?' });
  await question.getByText('No other node is changed until somebody goes on.').waitFor();
  expect((await bench.plane.api.ok(`GET /rollouts/${id}`)).body.status.phase).toBe('Running');
  await question.getByRole('button', { name: 'Halt', exact: true }).click();
  await page.getByText('Halted', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Resume…' }).waitFor();
  expect(await page.getByRole('button', { name: 'Halt…' }).count()).toBe(0);

  first.stuck = false;
  for (const node of nodes) await node.apply();
  expect(nodes.map(({ backend }) => backend())).toEqual(['iptables', 'nftables']);
  await state(second, 'Waiting').waitFor();
  await page.getByRole('button', { name: 'Stop here…' }).click();
  await page.getByRole('button', { name: 'Stop here', exact: true }).click();
  await page.getByText('Cancelled', { exact: true }).first().waitFor();
  expect((await bench.plane.api.ok(`GET /rollouts/${id}`)).body.status.phase).toBe('Cancelled');
  expect(complaints).toEqual([]);
  await end();
});

it('says what is in the way of a rollout before anything is changed', async () => {
  const { page, end } = await bench.open('/rollouts/new');
  await page.getByLabel('Change every node to').selectOption({ label: 'backend: ipvs' });
  await page.getByLabel('Nodes with labels').fill('rack=nowhere');
  await page.getByRole('button', { name: 'Begin…' }).click();
  await page.getByRole('alert').filter({ hasText: 'There is no node with these labels.' }).waitFor();
  await page.getByLabel('Nodes with labels').fill('');
  await page.getByRole('button', { name: 'Begin…' }).click();
  await page.getByRole('button', { name: 'Begin', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: 'BackendUnsupported' }).waitFor();
  await end();
});
