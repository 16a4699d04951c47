import { renderIptablesSave, renderNftTable } from '@weft/kernel';
import { node } from '@weft/testing/desired';
import { describe, expect, test } from 'vitest';
import { BACKENDS } from '../../src/backends/index.ts';
import { CASES } from './cases.ts';
import { saved } from './ipvs/saved.ts';

describe.each(Object.entries(CASES))('%s', (name, desired) => {
  test('as nftables', async () => {
    const { nft } = BACKENDS.nftables.compile({ desired, node: node(1) });
    await expect(nft && renderNftTable(nft)).toMatchFileSnapshot(`testdata/nftables/${name}.nft`);
  });

  test('as iptables', async () => {
    const { iptables } = BACKENDS.iptables.compile({ desired, node: node(1, { backend: 'iptables' }) });
    await expect(iptables && renderIptablesSave(iptables)).toMatchFileSnapshot(`testdata/iptables/${name}.rules`);
  });

  test('as IPVS', async () => {
    await expect(saved(desired)).toMatchFileSnapshot(`testdata/ipvs/${name}.txt`);
  });
});
