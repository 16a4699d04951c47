import { CommandError, realCounterListings } from '@weft/host';
import { createNetns, type TestNetns } from '@weft/testing/netns';
import { afterEach, beforeEach, expect, it } from 'vitest';

let at: TestNetns;
beforeEach(async () => {
  at = await createNetns('counters');
});
afterEach(() => at.destroy());

const listings = (...nftSets: readonly string[]) => realCounterListings({ nftSets, enter: ['ip', 'netns', 'exec', at.name] });

it('lists every set of our nftables table that counts', async () => {
  const set = (name: string) => `set ${name} { type inet_service; counter; elements = { 80 comment "shop/web:80" }; }`;
  await at.must(['nft', '-f', '-'], `table ip weft { ${set('one')}; ${set('two')}; ${set('three')}; }`);
  const listed = await listings('one', 'two').list('nftables');
  expect(listed).toContain('set one {');
  expect(listed).toContain('set two {');
  expect(listed).not.toContain('set three {');
  expect(listed.match(/counter packets 0 bytes 0 comment "shop\/web:80"/g)).toHaveLength(2);
});

it('lists what iptables has counted', async () => {
  await at.must(['iptables-restore'], '*mangle\n:WEFT-X - [0:0]\n[7:420] -A WEFT-X -p tcp -j RETURN\nCOMMIT\n');
  expect(await listings().list('iptables')).toMatch(/^\[\d+:\d+\] -A WEFT-X -p tcp -j RETURN$/m);
});

it('rejects what it cannot list', async () => {
  await expect(listings('nowhere').list('nftables')).rejects.toBeInstanceOf(CommandError);
});
