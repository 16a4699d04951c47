import { hostProbe } from '@weft/host';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestHost, type TestHost } from '../test-host.ts';

let at: TestHost;

beforeEach(async () => {
  at = await createTestHost();
});

afterEach(() => at.destroy());

const facts = () => hostProbe(['nsenter', '-t', String(at.pid), '-n', '-m']).facts();

it('finds that a kernel with ip_vs runs every backend, and leaves no trace', async () => {
  const look = async () => [await at.must(['ip', '-j', 'link', 'show']), await at.must(['ipset', 'save']), await at.must(['ip', 'netns'])];
  const before = await look();
  expect((await facts()).backends).toEqual(['nftables', 'iptables', 'ipvs']);
  expect(await look()).toEqual(before);
});

it.each(['ipvsadm', 'ipset'])('finds that without %s there is no ipvs', async (tool) => {
  await at.must(['mount', '--bind', '/bin/false', `/usr/sbin/${tool}`]);
  expect((await facts()).backends).toEqual(['nftables', 'iptables']);
});
