import { realForeignListing } from '@weft/host';
import { createNetns, type TestNetns } from '@weft/testing/netns';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectPlanted } from './conformance.ts';

let at: TestNetns;
beforeEach(async () => {
  at = await createNetns('foreign');
});
afterEach(() => at.destroy());

const listing = () => realForeignListing(['ip', 'netns', 'exec', at.name]);

it('lists what others have on a host, and nothing that is ours', async () => {
  await at.must(
    ['ip', '-batch', '-'],
    [
      'link add theirs0 type bridge',
      'link set theirs0 up',
      'link add weft0 type bridge',
      'address add 192.0.2.1/24 dev theirs0',
      'route add 203.0.113.0/24 via 192.0.2.9',
      'route add 100.64.9.0/24 via 192.0.2.9 proto 87',
      '',
    ].join('\n'),
  );
  await at.must(
    ['nft', '-f', '-'],
    [
      'table ip theirs { chain in { type filter hook input priority 0; policy accept; tcp dport 22 accept; }; }',
      'table ip weft { chain services { tcp dport 22 accept; }; }',
      '',
    ].join('\n'),
  );
  await at.must(
    ['iptables-restore', '--noflush'],
    '*filter\n:THEIRS - [0:0]\n:WEFT-X - [0:0]\n-A THEIRS -j RETURN\n-A INPUT -j WEFT-X\nCOMMIT\n',
  );
  await expectPlanted(listing());
});

it('finds a bare host bare, and lists what iptables keeps once', async () => {
  expect((await listing().list()).filter(({ kind, key }) => kind !== 'link' || key !== 'lo')).toEqual([]);
  await at.must(['iptables', '-A', 'INPUT', '-j', 'ACCEPT']);
  expect((await listing().list()).filter(({ kind }) => kind.endsWith('-rule'))).toEqual([
    { kind: 'iptables-rule', place: 'table filter chain INPUT', key: '-j ACCEPT', text: '-j ACCEPT' },
  ]);
});
