import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Step } from '@weft/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RealHost } from '../src/index.ts';

const run = promisify(execFile);
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
