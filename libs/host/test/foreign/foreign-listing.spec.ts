import { FakeHost, fakeForeignListing } from '@weft/host';
import { ROUTE_PROTOCOL } from '@weft/kernel';
import { it } from 'vitest';
import { expectPlanted } from './conformance.ts';

const link = (name: string) => ({ netns: null, name, kind: 'dummy', mtu: 1500, mac: '02:00:00:00:00:01', up: true }) as const;
const route = (destination: string, protocol: number) =>
  ({ netns: null, destination, via: '192.0.2.9', device: null, scope: 'global', onlink: false, source: null, protocol }) as const;
const table = (name: string) =>
  ({
    family: 'ip',
    name,
    sets: [],
    maps: [],
    chains: [{ name: 'in', hook: null, rules: [{ text: 'tcp dport 22 accept', comment: null }] }],
  }) as const;

it('is the same of a fake host', async () => {
  const host = new FakeHost({
    start: {
      links: [link('theirs0'), link('weft0')],
      routes: [route('203.0.113.0/24', 4), route('100.64.9.0/24', ROUTE_PROTOCOL)],
      nftTables: { 'ip theirs': table('theirs'), 'ip weft': table('weft') },
      iptables: {
        tables: [
          {
            name: 'filter',
            chains: [
              { name: 'THEIRS', rules: ['-j RETURN'] },
              { name: 'WEFT-X', rules: [] },
            ],
            jumps: [{ chain: 'INPUT', rule: '-j WEFT-X' }],
          },
        ],
      },
    },
  });
  await expectPlanted(fakeForeignListing(host));
});
