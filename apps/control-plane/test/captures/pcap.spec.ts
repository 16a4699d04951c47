import { expect, it } from 'vitest';
import { Allowance } from '../../src/captures/allowance.ts';
import { LINK_TYPES, PcapReader } from '../../src/captures/pcap.ts';
import { record, stream } from './packets.ts';

const WHOLE = stream([record(1_000_001, 'one'), record(2_500_000, 'another')]);

it.each([1, 7, 24, 1_000])('cuts a stream that comes in pieces of %i bytes into its packets', (size) => {
  const reader = new PcapReader(LINK_TYPES.ethernet);
  const records = [];
  for (let at = 0; at < WHOLE.length; at += size) records.push(...reader.read(WHOLE.subarray(at, at + size)));
  expect(records.map(({ at, bytes }) => [at, bytes.subarray(16).toString()])).toEqual([
    [1_000_001, 'one'],
    [2_500_000, 'another'],
  ]);
});

it('takes nothing else for a stream of its type', () => {
  expect(() => new PcapReader(LINK_TYPES.cookedLinux2).read(WHOLE)).toThrow('not a pcap stream');
  const broken = stream([Buffer.alloc(16, 0xff)]);
  expect(() => new PcapReader(LINK_TYPES.ethernet).read(broken)).toThrow('a packet of 4294967295 bytes');
});

const packets = (...times: number[]) => times.map((at) => ({ at, bytes: record(at, `${at}`.padEnd(4)) }));
const times = (records: readonly { readonly at: number }[]) => records.map(({ at }) => at);

it('lets through as many packets as there may be, in the order of time', () => {
  const allowance = new Allowance({ count: 3, bytes: 1_000 }, 24);
  expect(times(allowance.take(packets(5, 2)))).toEqual([2, 5]);
  expect(allowance.used).toBe(false);
  expect(times(allowance.take(packets(9, 7)))).toEqual([7]);
  expect(allowance.used).toBe(true);
});

it('lets through as many bytes as there may be, and no part of a packet', () => {
  const allowance = new Allowance({ count: 100, bytes: 24 + 45 }, 24);
  expect(times(allowance.take(packets(1, 2, 3)))).toEqual([1, 2]);
  expect(allowance.used).toBe(true);
});
