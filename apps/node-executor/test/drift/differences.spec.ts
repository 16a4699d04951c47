import { EMPTY_CONFIG, type NftTable, type NodeConfig } from '@weft/kernel';
import { describe, expect, it } from 'vitest';
import { differencesOf } from '../../src/drift/differences.ts';

const ELEMENTS = ['30080 : first', '30081 : second', '30082 : third'];

const table = (elements: readonly string[], rules: readonly string[]): NftTable => ({
  family: 'ip',
  name: 'weft',
  sets: [{ name: 'ports', type: 'inet_service', flags: [], comment: null, elements: elements.map((text) => text.slice(0, 5)) }],
  maps: [
    {
      name: 'service-ports',
      type: 'inet_service : verdict',
      flags: [],
      comment: null,
      elements: Object.fromEntries(elements.map((text) => [`p${text.slice(0, 5)}`, text.slice(8)])),
    },
  ],
  chains: [{ name: 'services', hook: null, rules: rules.map((text) => ({ text, comment: null })) }],
});

const RULES = ['one', 'two'];
const left: NodeConfig = { ...EMPTY_CONFIG, netns: [{ name: 'wf-pod-p1' }], nft: table(ELEMENTS, RULES) };

describe('differencesOf', () => {
  it('names nothing whose elements only stand in another order', () => {
    expect(differencesOf(left, { ...left, netns: [], nft: table(ELEMENTS.toReversed(), RULES) })).toEqual({
      changes: [{ kind: 'netns', object: 'netns wf-pod-p1', wanted: 'wf-pod-p1', found: null }],
      total: 1,
    });
  });

  it('names a chain whose rules stand in another order', () => {
    expect(differencesOf(left, { ...left, nft: table(ELEMENTS, RULES.toReversed()) }).changes).toEqual([
      { kind: 'nft', object: 'rule of chain services', wanted: 'one; two', found: 'two; one' },
    ]);
  });

  it('names an element that is otherwise, as it should be and as it was found', () => {
    const found = { ...left, nft: table([...ELEMENTS.slice(0, 2), '30082 : other'], RULES) };
    expect(differencesOf(left, found).changes).toEqual([
      { kind: 'nft', object: 'element of map service-ports', wanted: 'p30082 : third', found: null },
      { kind: 'nft', object: 'element of map service-ports', wanted: null, found: 'p30082 : other' },
    ]);
  });
});
