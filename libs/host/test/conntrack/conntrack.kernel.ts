import { CommandError, realConntrack } from '@weft/host';
import type { ConntrackEntry } from '@weft/kernel';
import { createNetns, type TestNetns } from '@weft/testing/netns';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectDeletions, flow, TRACKED } from './conformance.ts';

let at: TestNetns;
beforeEach(async () => {
  at = await createNetns('conntrack');
});
afterEach(() => at.destroy());

const real = () => realConntrack(['ip', 'netns', 'exec', at.name]);

async function track({ original, reply }: ConntrackEntry, ...more: readonly string[]): Promise<void> {
  const there = [
    '-s',
    original.source,
    '-d',
    original.destination,
    '--sport',
    `${original.sourcePort}`,
    '--dport',
    `${original.destinationPort}`,
  ];
  const back = ['-r', reply.source, '-q', reply.destination, '--reply-port-src', `${reply.sourcePort}`];
  const port = ['--reply-port-dst', `${reply.destinationPort}`];
  await at.must(['conntrack', '-I', '-t', '300', ...more, ...there, ...back, ...port]);
}

const count = async (...which: readonly string[]) => (await at.must(['conntrack', '-L', ...which])).split('\n').filter(Boolean).length;

it('deletes what it is told to and nothing else: no TCP, no SCTP, nothing in a zone', async () => {
  for (const entry of TRACKED) await track(entry, '-p', 'udp');
  for (const entry of TRACKED) {
    await track(entry, '-p', 'tcp', '--state', 'ESTABLISHED');
    await track(entry, '-p', 'sctp', '--state', 'ESTABLISHED', '--orig-vtag', '1', '--reply-vtag', '2');
    await track(entry, '-p', 'udp', '-w', '5');
  }
  await expectDeletions(real());
  expect(await count('-p', 'tcp')).toBe(TRACKED.length);
  expect(await count('-p', 'sctp')).toBe(TRACKED.length);
  expect(await count('-p', 'udp', '-w', '5')).toBe(TRACKED.length);
});

it('reads entries with packet counts', async () => {
  await at.must(['sysctl', '-q', '-w', 'net.netfilter.nf_conntrack_acct=1']);
  const counted = flow('192.0.2.11', '198.19.0.1', '100.64.1.2');
  await track(counted, '-p', 'udp');
  expect(await real().udpEntries()).toEqual([counted]);
});

it('knows the addresses of the host', async () => {
  await at.must(['ip', 'address', 'add', '192.0.2.7/32', 'dev', 'lo']);
  expect(await real().localAddresses()).toEqual(['127.0.0.1', '192.0.2.7']);
});

it('rejects where it cannot read', async () => {
  await expect(realConntrack(['ip', 'netns', 'exec', 'weft-test-nowhere']).udpEntries()).rejects.toBeInstanceOf(CommandError);
});
