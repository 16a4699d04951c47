import type { DriftReport } from '@weft/model';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from '../../control-plane/test/harness/executor.ts';
import { type ConsoleBench, startConsole } from './harness/console.ts';

let bench: ConsoleBench;
let node: JoinedNode;

beforeAll(async () => {
  bench = await startConsole();
  node = await joinNode(bench.plane.api, 'drifting');
  await node.apply();
});
afterAll(() => bench.close());

const now = new Date().toISOString();

/** What a node tells: somebody's nft has taken an element of ours away. */
const TAKEN: DriftReport = {
  id: 'drift_1',
  firstAt: now,
  lastAt: now,
  count: 1,
  noticedBy: 'nft-monitor',
  process: { pid: 4711, name: 'nft' },
  policy: 'observe',
  outcome: 'standing',
  settledAt: null,
  durationMs: null,
  changes: [{ kind: 'nft', object: 'element of map service-ips', wanted: '198.19.0.7 . tcp . 80', found: null }],
  moreChanges: 0,
  message: '',
};

const tell = (event: DriftReport) =>
  bench.plane.api.ok('PUT /node-agent/drift', { token: node.token, body: { session: node.session, standing: 1, events: [event] } });

it('shows what somebody else changed as it is told, who it was, and what became of it', async () => {
  const { page, complaints, end } = await bench.open('/drift');
  await page.getByText('Nobody has changed anything of ours.').waitFor();
  await tell(TAKEN);
  const row = page.getByRole('row').filter({ hasText: node.name });
  await row.getByText('nft (process 4711)').waitFor();
  await row.getByText('standing').waitFor();
  await tell({ ...TAKEN, outcome: 'repaired', settledAt: now, durationMs: 180, count: 3 });
  await row.getByText('repaired').waitFor();
  await row.getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: `Drift on ${node.name}` }).waitFor();
  await page.getByText('the node has undone it').waitFor();
  await page.getByText('nft (process 4711)').waitFor();
  await page.locator('[data-change=removed]', { hasText: '198.19.0.7 . tcp . 80' }).waitFor();
  expect(complaints).toEqual([]);
  await end();
});

it('has a node observe and freeze, and shows it its own drift', async () => {
  const { page, complaints, end } = await bench.open(`/nodes/${node.id}`);
  await page.getByRole('tab', { name: 'Drift' }).click();
  await page.getByRole('row').filter({ hasText: 'nft (process 4711)' }).waitFor();
  await page.getByRole('button', { name: 'Observe: only tell of it' }).click();
  await page.getByText('What others change stays and is told.').waitFor();
  const before = (await page.getByRole('button', { name: 'Freeze the node…' }).boundingBox())?.y;
  const isFrozen = async () => (await bench.plane.api.ok(`GET /nodes/${node.id}`)).body.frozen;
  await page.getByRole('button', { name: 'Freeze the node…' }).click();
  const freeze = page.getByRole('dialog', { name: `Freeze ${node.name}?` });
  await freeze.waitFor();
  expect(await isFrozen()).toBe(false);
  await freeze.getByRole('button', { name: `Freeze ${node.name}` }).click();
  // A condition that comes moves nothing away from under a pointer: a click between pressing and letting go would be lost.
  await page.getByText('it was asked to change nothing').waitFor();
  expect((await page.getByRole('button', { name: 'Unfreeze the node…' }).boundingBox())?.y).toBe(before);
  expect((await bench.plane.api.ok(`GET /nodes/${node.id}`)).body).toMatchObject({ frozen: true, driftPolicy: 'observe' });
  await page.getByRole('button', { name: 'Unfreeze the node…' }).click();
  const unfreeze = page.getByRole('dialog', { name: `Unfreeze ${node.name}?` });
  await unfreeze.waitFor();
  expect(await isFrozen()).toBe(true);
  await unfreeze.getByRole('button', { name: `Unfreeze ${node.name}` }).click();
  await page.getByRole('button', { name: 'Freeze the node…' }).waitFor();
  await page.getByRole('button', { name: 'Repair: undo it at once' }).click();
  await page.getByText('What others change is undone at once.').waitFor();
  expect((await bench.plane.api.ok(`GET /nodes/${node.id}`)).body).toMatchObject({ frozen: false, driftPolicy: 'repair' });
  expect(complaints).toEqual([]);
  await end();
});

it('freezes the fleet, and lets it go on', async () => {
  const { page, complaints, end } = await bench.open('/drift');
  await page.getByRole('button', { name: 'Freeze the fleet…' }).click();
  await page.getByRole('dialog', { name: 'Freeze the fleet?' }).getByRole('button', { name: 'Freeze the fleet' }).click();
  await page.getByRole('status').filter({ hasText: 'The fleet is frozen' }).waitFor();
  expect((await bench.plane.api.ok('GET /cluster')).body.frozen).toBe(true);
  await page.getByRole('button', { name: 'Let the fleet go on…' }).click();
  const goOn = page.getByRole('dialog', { name: 'Let the fleet go on?' });
  await goOn.waitFor();
  expect((await bench.plane.api.ok('GET /cluster')).body.frozen).toBe(true);
  await goOn.getByRole('button', { name: 'Let the fleet go on' }).click();
  await page.getByRole('button', { name: 'Freeze the fleet…' }).waitFor();
  expect((await bench.plane.api.ok('GET /cluster')).body.frozen).toBe(false);
  expect(complaints).toEqual([]);
  await end();
});
