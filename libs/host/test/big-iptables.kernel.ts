import { EMPTY_CONFIG, type IptablesRuleset } from '@weft/kernel';
import { diff } from '@weft/reconcile';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestHost, type TestHost } from './test-host.ts';

/** As many services as need several commits of the nft variant. */
const SERVICES = 1200;

const ruleset = (weight: string): IptablesRuleset => {
  const name = (i: number) => `WEFT-SVC-${String(i).padStart(4, '0')}`;
  const chains = Array.from({ length: SERVICES }, (_, i) => ({
    name: name(i),
    rules: [`-m statistic --mode random --probability ${weight} -j RETURN`, `-d 198.19.${i >> 8}.${i & 255}/32 -j RETURN`],
  }));
  return {
    tables: [
      {
        name: 'nat',
        chains: [{ name: 'WEFT-SERVICES', rules: chains.map((chain) => `-p tcp -j ${chain.name}`) }, ...chains],
        jumps: [{ chain: 'OUTPUT', rule: '-m comment --comment "weft: services" -j WEFT-SERVICES' }],
      },
    ],
  };
};

describe.each(['nft', 'legacy'])('iptables, %s variant', (variant) => {
  let host: TestHost;
  beforeEach(async () => {
    host = await createTestHost();
    if (variant === 'legacy') await host.must(['mount', '--bind', '/usr/sbin/xtables-legacy-multi', '/usr/sbin/xtables-nft-multi']);
  });
  afterEach(() => host.destroy());

  test('more rules than fit into one commit are made, changed and taken away', async () => {
    let before = EMPTY_CONFIG;
    for (const iptables of [ruleset('0.25000000000'), ruleset('0.50000000000'), null]) {
      const wanted = { ...EMPTY_CONFIG, iptables };
      for (const step of diff(wanted, before)) expect((await host.host.run(step)).stderr).toBe('');
      const { iptables: seen } = await host.host.observe([], { pods: false });
      expect(seen).toEqual(iptables);
      before = wanted;
    }
    expect(await host.must(['nft', 'list', 'ruleset'])).toBe('');
  });
});
