import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Step } from '@weft/kernel';
import { eventually } from '@weft/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RealHost } from '../src/index.ts';

const run = promisify(execFile);
const FULL_DISK = fileURLToPath(new URL('./fixtures/full-disk.ts', import.meta.url));
const PODS = ['wf-inside-a', 'wf-inside-b'] as const;
let host: RealHost;

beforeEach(async () => {
  host = new RealHost({ workloadScript: '/nonexistent' });
  for (const pod of PODS) await run('ip', ['netns', 'add', pod]);
});
afterEach(async () => {
  host.close();
  for (const pod of PODS) await run('ip', ['netns', 'delete', pod]).catch(() => undefined);
});

const address = (netns: string, cidr: string, device = 'lo'): Step => ({
  tool: 'ip',
  netns,
  ops: [{ op: 'address-add', address: { netns, device, cidr } }],
});
const addressesIn = async (pod: string) => (await run('ip', ['-n', pod, '-oneline', '-4', 'address', 'show'])).stdout;

it('does what it is told in the pod it is told of, asked at once and one after the other', async () => {
  const steps = PODS.flatMap((pod, at) => [address(pod, `192.0.2.${at + 1}/32`), address(pod, `198.51.100.${at + 1}/32`)]);
  const outcomes = await Promise.all(steps.map((step) => host.run(step)));
  expect(outcomes.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(steps.map(() => ({ exitCode: 0, stderr: '' })));
  expect(await addressesIn(PODS[0])).toMatch(/192\.0\.2\.1\/32[\s\S]*198\.51\.100\.1\/32/);
  expect(await addressesIn(PODS[1])).toMatch(/192\.0\.2\.2\/32[\s\S]*198\.51\.100\.2\/32/);
  expect(await addressesIn(PODS[1])).not.toContain('192.0.2.1/32');
});

it('tells whose lines failed, and why', async () => {
  const [bad, gone, good] = await Promise.all([
    host.run(address(PODS[0], '192.0.2.1/32', 'eth9')),
    host.run(address('wf-inside-none', '192.0.2.1/32')),
    host.run(address(PODS[1], '192.0.2.2/32')),
  ]);
  expect(bad).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/Cannot find device "eth9"\nCommand failed -:1/) });
  expect(gone).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Cannot open network namespace "wf-inside-none"') });
  expect(good).toMatchObject({ exitCode: 0, stderr: '' });
});

/** The processes that a process and those below it have started and that are there still. */
async function startedBy(pid: number | string): Promise<string[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')));
  const children = lists.flatMap((list) => list.split(' ').filter((child) => child !== ''));
  return [...children, ...(await Promise.all(children.map(startedBy))).flat()];
}

it('leaves no process behind of pods that are not there', async () => {
  const before = await startedBy(process.pid);
  for (const _ of PODS) expect(await host.run(address('wf-inside-none', '192.0.2.1/32'))).toMatchObject({ exitCode: 1 });
  const left = async () => (await startedBy(process.pid)).filter((pid) => !before.includes(pid));
  await eventually('no process', async () => (await left()).length === 0);
  expect(await host.run(address(PODS[0], '192.0.2.1/32'))).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await left()).toHaveLength(1);
});

it('carries nothing out of lines for which there is no room, says so, and does the next', async () => {
  const { stdout } = await run('unshare', ['--mount', '--propagation', 'private', '--', process.execPath, FULL_DISK, PODS[0]]);
  const noRoom = { exitCode: null, stderr: expect.stringContaining('ENOSPC') };
  expect(JSON.parse(stdout)).toEqual([noRoom, { exitCode: 0, stderr: '' }, noRoom]);
  expect(await addressesIn(PODS[0])).toMatch(/192\.0\.2\.0\/32/);
  expect(await addressesIn(PODS[0])).not.toContain('192.0.2.1/32');
});
