import { NFT_TABLE, type Step } from '@weft/kernel';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { Bench } from './support/bench.ts';
import { pod, service } from './support/objects.ts';

const VERIFY_MS = 90_000;
const ELSEWHERE: Step = { tool: 'nft', family: 'ip', table: 'theirs', commands: [{ do: 'add-table' }] };

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.make({ readBackSoonMs: 20 });
  bench.controlPlane.put('pods', pod(1));
  bench.controlPlane.put('services', service(1, ['100.64.1.11']));
  await bench.executor.pass();
  await bench.until(() => bench.readBacks.length === 1);
  bench.host.readRules.splice(0);
  bench.host.writes();
});
afterEach(() => bench.close());

/** Ends the executor, and starts another one on the same host and disk, which is not asked for anything. Whether its start read the rules. */
async function restart(): Promise<readonly boolean[]> {
  bench.controlPlane.down = true;
  await bench.replaceExecutor().start();
  return bench.host.readRules.splice(0);
}

test('rules that were read back are not read by a start when nobody changed any, which applies the next change on top of them', async () => {
  expect(await restart()).toEqual([false]);
  expect(bench.host.writes()).toBe(0);
  expect(await bench.kernelDiffers()).toEqual([]);
  bench.controlPlane.down = false;
  bench.controlPlane.put('services', service(1, ['100.64.1.12']));
  bench.controlPlane.put('services', service(2, ['100.64.1.11']));
  await bench.executor.pass();
  expect(await bench.kernelDiffers()).toEqual([]);
});

test.each<[string, () => unknown]>([
  ['somebody changed', () => bench.removeServiceRules()],
  ['somebody changed in a table of theirs', () => bench.kernel.run(ELSEWHERE)],
  ['another kernel has', () => bench.reboot()],
  ['another program compiled', () => Object.assign(bench, { writer: 'another program' })],
])('rules that %s are read by a start, and put right', async (_, happen) => {
  await happen();
  expect((await restart()).at(-1)).toBe(true);
  expect(await bench.kernelDiffers()).toEqual([]);
});

test('rules are read by a start that is to bring about something else', async () => {
  const before = bench.controlPlane.revision;
  // It dies before it applies anything of what it has written down.
  bench.controlPlane.put('services', service(2, ['100.64.1.11']));
  await bench.killAtStep(0);
  expect(bench.controlPlane.revision).toBeGreaterThan(before);
  bench.host.readRules.splice(0);
  expect((await restart()).at(-1)).toBe(true);
  expect(await bench.kernelDiffers()).toEqual([]);
});

test('the look every minute reads rules only when somebody changed any, and finds what is missing', async () => {
  await bench.passAfter(VERIFY_MS);
  expect(bench.host.readRules.splice(0)).toEqual([false]);
  await bench.kernel.run(ELSEWHERE);
  await bench.passAfter(VERIFY_MS);
  expect(bench.host.readRules.splice(0)).toEqual([true]);
  await bench.removeServiceRules();
  await bench.passAfter(VERIFY_MS);
  expect(await bench.kernelDiffers()).toEqual([]);
});

/** A node whose rules will be read back, but not while the test runs. */
async function unread(): Promise<Bench> {
  const other = await Bench.make({ readBackSoonMs: 50_000 });
  onTestFinished(() => other.close());
  other.controlPlane.put('services', service(1, ['100.64.1.11']));
  await other.executor.pass();
  other.host.readRules.splice(0);
  return other;
}

test('the look every minute leaves rules that were just applied to whoever reads them back', async () => {
  const other = await unread();
  await other.passAfter(VERIFY_MS);
  expect(other.host.readRules).toEqual([false]);
});

test.each<[string, (other: Bench) => unknown]>([
  ['somebody asks for it', (other) => other.keeper.look('host')],
  [
    'the node only observes',
    (other) => {
      other.controlPlane.control = { frozen: false, driftPolicy: 'observe' };
    },
  ],
])('but reads them when %s', async (_, happen) => {
  const other = await unread();
  await happen(other);
  await other.passAfter(VERIFY_MS);
  expect(other.host.readRules).toContain(true);
});

test('a look that finds everything as it should be knows the rules from then on, whatever others have changed of theirs', async () => {
  await bench.kernel.run(ELSEWHERE);
  await bench.passAfter(VERIFY_MS);
  await bench.passAfter(VERIFY_MS);
  expect(bench.host.readRules).toEqual([true, false]);
});

test('other things are put right with rules that were not read', async () => {
  const [link] = bench.wanted().links.filter(({ kind }) => kind === 'bridge');
  if (link === undefined) throw new Error('no bridge is wanted');
  await bench.kernel.run({ tool: 'ip', netns: null, ops: [{ op: 'link-delete', link }] });
  await bench.passAfter(VERIFY_MS);
  expect(bench.host.readRules).toEqual([false]);
  expect(await bench.kernelDiffers()).toEqual([]);
});

test('a node that is frozen reads its rules, whatever is known of them', async () => {
  bench.controlPlane.control = { ...bench.controlPlane.control, frozen: true };
  await bench.executor.pass();
  await bench.kernel.run({ tool: 'nft', family: 'ip', table: NFT_TABLE, commands: [{ do: 'delete-table' }] });
  await bench.passAfter(VERIFY_MS);
  expect(bench.host.readRules.at(-1)).toBe(true);
  expect(await bench.kernelDiffers()).not.toEqual([]);
});
