import { renderIpsetSave, renderIptablesSave, renderIpvsSave, renderNftTable } from '@weft/kernel';
import { node } from '@weft/testing/desired';
import { describe, expect, test } from 'vitest';
import { BACKENDS } from '../../src/backends/index.ts';
import { CASES } from './cases.ts';

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
    const { ipvs = [], ipsets = [], iptables, addresses = [] } = BACKENDS.ipvs.compile({ desired, node: node(1, { backend: 'ipvs' }) });
    const parts = [
      ['ip address show', addresses.map(({ cidr, device }) => `${cidr} ${device}\n`).join('')],
      ['ipvsadm -S -n', renderIpvsSave(ipvs)],
      ['ipset save', renderIpsetSave(ipsets)],
      ['iptables-save', iptables ? renderIptablesSave(iptables) : ''],
    ];
    await expect(parts.map(([tool, text]) => `# ${tool}\n${text}`).join('\n')).toMatchFileSnapshot(`testdata/ipvs/${name}.txt`);
  });
});
