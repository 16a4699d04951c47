import { elementBatch, type NftTable, renderIptablesSave, renderNftTable, typesOf } from '@weft/kernel';
import { node } from '@weft/testing/desired';
import { describe, expect, test } from 'vitest';
import { BACKENDS } from '../../src/backends/index.ts';
import { CASES } from './cases.ts';
import { saved } from './ipvs/saved.ts';

/** What brings the elements of all sets and maps whose types can be said in messages. */
function elementsOf(table: NftTable) {
  const types = typesOf(table);
  const commands = [
    ...table.sets.map(({ name, elements }) => ({ do: 'add-elements', set: name, elements }) as const),
    ...table.maps.map(({ name, elements }) => ({ do: 'add-map-elements', map: name, elements: Object.entries(elements) }) as const),
  ].filter((one) => one.elements.length > 0 && types.has('set' in one ? one.set : one.map));
  return { tool: 'nft', family: 'ip', table: table.name, commands, types } as const;
}

describe.each(Object.entries(CASES))('%s', (name, desired) => {
  test('as nftables', async () => {
    const { nft } = BACKENDS.nftables.compile({ desired, node: node(1) });
    await expect(nft && renderNftTable(nft)).toMatchFileSnapshot(`testdata/nftables/${name}.nft`);
  });

  test('as nftables, of which all elements but ranges can be said in messages', () => {
    const { nft } = BACKENDS.nftables.compile({ desired, node: node(1) });
    if (!nft) throw new Error('no table');
    expect(nft.sets.filter(({ flags }) => flags.includes('interval')).map(({ name }) => name)).toEqual([
      'allowed-sources',
      'pod-cidrs',
      'service-cidrs',
    ]);
    const step = elementsOf(nft);
    expect(elementBatch(step) === null).toBe(step.commands.length === 0);
  });

  test('as iptables', async () => {
    const { iptables } = BACKENDS.iptables.compile({ desired, node: node(1, { backend: 'iptables' }) });
    await expect(iptables && renderIptablesSave(iptables)).toMatchFileSnapshot(`testdata/iptables/${name}.rules`);
  });

  test('as IPVS', async () => {
    await expect(saved(desired)).toMatchFileSnapshot(`testdata/ipvs/${name}.txt`);
  });
});
