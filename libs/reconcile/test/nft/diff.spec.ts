import type { NftChain, NftMap, NftSet, NftTable } from '@weft/kernel';
import { applyNft } from '@weft/testing/rule-models';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffNft } from '../../src/nft/diff.ts';

const set = (name: string, elements: readonly string[]): NftSet => ({ name, type: 'ipv4_addr', flags: [], comment: null, elements });
const verdicts = (name: string, elements: Readonly<Record<string, string>>): NftMap => ({
  name,
  type: 'ipv4_addr : verdict',
  flags: [],
  comment: null,
  elements,
});
const chain = (name: string, ...texts: string[]): NftChain => ({ name, hook: null, rules: texts.map((text) => ({ text, comment: null })) });
const base = (name: string, priority: number, ...texts: string[]): NftChain => ({
  ...chain(name, ...texts),
  hook: { type: 'filter', hook: 'input', priority },
});
const table = (parts: Partial<Pick<NftTable, 'sets' | 'maps' | 'chains' | 'foreign'>>): NftTable => ({
  family: 'ip',
  name: 'weft',
  sets: [],
  maps: [],
  chains: [],
  ...parts,
});

const before = table({
  sets: [set('allowed', ['192.0.2.1', '192.0.2.2'])],
  maps: [verdicts('ways', { '192.0.2.1': 'goto one', '192.0.2.2': 'goto one' })],
  chains: [base('input', 0, 'ip daddr vmap @ways'), chain('one', 'accept')],
});

describe('what a change costs', () => {
  test('nothing when nothing changed, whether it is the same object or an equal one', () => {
    expect(diffNft(before, before)).toEqual([]);
    expect(diffNft(structuredClone(before), before)).toEqual([]);
    expect(diffNft(null, null)).toEqual([]);
  });

  test('its elements, for elements', () => {
    const after = table({ ...before, sets: [set('allowed', ['192.0.2.2', '192.0.2.3'])] });
    expect(diffNft(after, before)).toEqual([
      { do: 'delete-elements', set: 'allowed', elements: ['192.0.2.1'] },
      { do: 'add-elements', set: 'allowed', elements: ['192.0.2.3'] },
    ]);
  });

  test('a deletion and an addition, for what a key maps to', () => {
    const after = table({
      ...before,
      maps: [verdicts('ways', { '192.0.2.1': 'goto one', '192.0.2.2': 'goto two' })],
      chains: [...before.chains, chain('two', 'drop')],
    });
    expect(diffNft(after, before)).toEqual([
      { do: 'add-chain', chain: { name: 'two', hook: null } },
      { do: 'delete-map-elements', map: 'ways', keys: ['192.0.2.2'] },
      { do: 'add-map-elements', map: 'ways', elements: [['192.0.2.2', 'goto two']] },
      { do: 'add-rule', chain: 'two', rule: { text: 'drop', comment: null } },
    ]);
  });

  test('the chain, for a rule', () => {
    const after = table({ ...before, chains: [base('input', 0, 'ip daddr vmap @ways'), chain('one', 'drop')] });
    expect(diffNft(after, before)).toEqual([
      { do: 'flush-chain', name: 'one' },
      { do: 'add-rule', chain: 'one', rule: { text: 'drop', comment: null } },
    ]);
  });

  test('a map and a chain that nothing leads to any more go last', () => {
    const after = table({ sets: before.sets, chains: [base('input', 0, 'accept')] });
    expect(diffNft(after, before).map((command) => command.do)).toEqual([
      'flush-chain',
      'flush-chain',
      'add-rule',
      'delete-map-elements',
      'delete-map',
      'delete-chain',
    ]);
  });
});

describe('the table is made anew, in one transaction,', () => {
  const afresh = ['add-table', 'delete-table', 'add-table'];
  const start = (commands: ReturnType<typeof diffNft>) => commands.slice(0, 3).map((command) => command.do);

  test.each([
    ['when nothing is there', before, null],
    ['when a hook differs', table({ ...before, chains: [base('input', 1, 'ip daddr vmap @ways'), chain('one', 'accept')] }), before],
    ['when a declaration differs', table({ ...before, sets: [{ ...set('allowed', []), flags: ['interval'] }] }), before],
    ['when a set has become a map', table({ ...before, sets: [set('ways', [])], maps: [], chains: [] }), before],
    ['when something foreign is in it', before, table({ ...before, foreign: ['counter packets'] })],
    [
      'when it has an element that we would not write',
      before,
      table({ ...before, sets: [set('allowed', ['192.0.2.1 timeout 5s; drop'])] }),
    ],
    ['when it has an object with a name that we would not write', before, table({ ...before, chains: [...before.chains, chain('a\\b')] })],
  ])('%s', (_, after, from) => {
    expect(start(diffNft(after, from))).toEqual(afresh);
    expect(applyNft(from, diffNft(after, from))).toEqual(after);
  });
});

test('no table is wanted: it is deleted, even if it went meanwhile', () => {
  expect(diffNft(null, before)).toEqual([{ do: 'add-table' }, { do: 'delete-table' }]);
});

describe('any table becomes any other', () => {
  const chains = ['c0', 'c1', 'c2'] as const;
  const addresses = fc.uniqueArray(fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3 comment "x: y"'), { maxLength: 3 });
  const tables = fc
    .record({
      chains: fc.subarray([...chains], { minLength: 1 }),
      sets: fc.dictionary(fc.constantFrom('s0', 's1'), addresses),
      maps: fc.dictionary(fc.constantFrom('m0', 'm1'), fc.array(fc.tuple(fc.constantFrom('10.0.0.1', '10.0.0.2'), fc.nat(2)))),
      rules: fc.array(fc.tuple(fc.nat(2), fc.constantFrom('accept', 'drop', 'set', 'map', 'jump'), fc.nat(2)), { maxLength: 6 }),
    })
    .map((t): NftTable => {
      const pick = (names: readonly string[], i: number) => names[i % names.length];
      const text = {
        accept: () => 'accept',
        drop: () => 'drop',
        set: (i: number) => pick(Object.keys(t.sets), i) && `ip daddr @${pick(Object.keys(t.sets), i)} drop`,
        map: (i: number) => pick(Object.keys(t.maps), i) && `ip daddr vmap @${pick(Object.keys(t.maps), i)}`,
        jump: (i: number) => `jump ${pick(t.chains, i)}`,
      };
      const rules = (i: number) => t.rules.flatMap(([at, kind, of]) => (at === i ? (text[kind](of) ?? []) : []));
      const sorted = <T extends { name: string }>(items: T[]) => items.sort((a, b) => (a.name < b.name ? -1 : 1));
      return table({
        sets: sorted(Object.entries(t.sets).map(([name, elements]) => set(name, elements.sort()))),
        maps: sorted(
          Object.entries(t.maps).map(([name, to]) =>
            verdicts(name, Object.fromEntries(to.map(([key, i]) => [key, `goto ${pick(t.chains, i)}`]))),
          ),
        ),
        chains: t.chains.map((name, i) => (name === 'c0' ? base(name, 0, ...rules(i)) : chain(name, ...rules(i)))),
      });
    });

  test('and never refers to what is not there on the way', () => {
    fc.assert(
      fc.property(tables, tables, (a, b) => {
        expect(applyNft(a, diffNft(b, a))).toEqual(b);
      }),
      { numRuns: 500 },
    );
  });
});
