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

const names = async () =>
  await Promise.all(
    (await startedBy(process.pid)).map(async (pid) => [pid, await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')] as const),
  );
const relays = async () => (await names()).filter(([, name]) => name === 'weft-ip\n').map(([pid]) => pid);

it('leaves one process behind, also of pods that are not there, and none when it is closed', async () => {
  await eventually('no process', async () => (await relays()).length === 0);
  const before = (await startedBy(process.pid)).length;
  for (const pod of ['wf-inside-none', ...PODS]) await host.run(address(pod, '192.0.2.1/32'));
  expect(await relays()).toHaveLength(1);
  expect(await startedBy(process.pid)).toHaveLength(before + 1);
  host.close();
  await eventually('no process', async () => (await relays()).length === 0);
});

it('needs no room for files', async () => {
  const { stdout } = await run('unshare', ['--mount', '--propagation', 'private', '--', process.execPath, FULL_DISK, PODS[0]]);
  const done = { exitCode: 0, stderr: '' };
  expect(JSON.parse(stdout)).toEqual([done, { exitCode: null, stderr: expect.stringContaining('ENOSPC') }]);
  expect(await addressesIn(PODS[0])).toMatch(/192\.0\.2\.249\/32/);
});

it.each([1_400, 5_000])('takes %i lines and as many complaints, of pods at once', async (length) => {
  const many = (netns: string, device: string): Step => ({
    tool: 'ip',
    netns,
    ops: Array.from({ length }, (_, i) => ({ op: 'address-add', address: { netns, device, cidr: `198.18.${i >> 8}.${i & 255}/32` } })),
  });
  const outcomes = await Promise.all([...PODS.map((pod) => many(pod, 'eth9')), many(PODS[1], 'lo')].map((step) => host.run(step)));
  expect(outcomes.map(({ exitCode, stderr }) => [exitCode, stderr.match(/Cannot find device "eth9"/g)?.length ?? 0])).toEqual([
    [1, length],
    [1, length],
    [0, 0],
  ]);
});

it.each(['eth9', 'lo'])('tells of each of many pods at once what is its own, on %s', async (device) => {
  const pods = Array.from({ length: 16 }, (_, n) => `wf-inside-${n}`);
  for (const pod of pods) if (pod !== 'wf-inside-3') await run('ip', ['netns', 'add', pod]);
  try {
    const outcomes = await Promise.all(pods.map((pod) => host.run(address(pod, '192.0.2.1/32', device))));
    const own = { exitCode: device === 'lo' ? 0 : 1, stderr: device === 'lo' ? '' : 'Cannot find device "eth9"\nCommand failed -:1\n' };
    const gone = { exitCode: 1, stderr: 'Cannot open network namespace "wf-inside-3": No such file or directory\n' };
    expect(outcomes.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(pods.map((_, n) => (n === 3 ? gone : own)));
  } finally {
    for (const pod of pods) await run('ip', ['netns', 'delete', pod]).catch(() => undefined);
  }
});

it('leaves none behind that is closed while it starts', async () => {
  await eventually('no process', async () => (await relays()).length === 0);
  const under = host.run(address(PODS[0], '192.0.2.1/32'));
  await Promise.resolve();
  host.close();
  expect(await under).toMatchObject({ exitCode: 0, stderr: '' });
  await eventually('no process', async () => (await relays()).length === 0);
});

it('says so when nothing can be started, and goes on', async () => {
  const nowhere = new RealHost({ workloadScript: '/nonexistent', enter: ['/dev/null/none'] });
  for (let n = 0; n < 2; n += 1) expect(await nowhere.run(address(PODS[0], '192.0.2.1/32'))).toMatchObject({ exitCode: null });
  nowhere.close();
});

it('says of what was under way when the program was killed that nobody knows, and does the next', async () => {
  await eventually('no process', async () => (await relays()).length === 0);
  expect(await host.run(address(PODS[0], '192.0.2.1/32'))).toMatchObject({ exitCode: 0 });
  const [relay = 'none'] = await relays();
  const under = host.run(address(PODS[0], '192.0.2.2/32'));
  process.kill(Number(relay), 'SIGSTOP');
  await new Promise(setImmediate);
  process.kill(Number(relay), 'SIGKILL');
  expect(await under).toMatchObject({
    exitCode: null,
    stderr: expect.stringContaining('killed by SIGKILL; whether it was carried out is not known'),
  });
  expect(await host.run(address(PODS[0], '192.0.2.3/32'))).toMatchObject({ exitCode: 0, stderr: '' });
});

it('has ip enter pods by itself where there is no such program', async () => {
  const bare = new RealHost({ workloadScript: '/nonexistent', enter: ['env', 'PATH=/tmp/wf-no-such-folder'] });
  expect(await bare.run(address(PODS[0], '192.0.2.1/32'))).toMatchObject({ exitCode: 127 });
  bare.close();
});
