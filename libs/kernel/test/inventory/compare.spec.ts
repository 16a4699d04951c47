import type { KernelObject } from '@weft/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addSums, changeAddends, compareInventories, inventoryDigest, inventorySum, subtractSum, sumOf } from '../../src/index.ts';

const rule = (text: string): KernelObject => ({ kind: 'nft-rule', place: 'table ip weft chain services', key: text, text });
const element = (key: string, data: string): KernelObject => ({
  kind: 'nft-element',
  place: 'table ip weft map service-ports',
  key,
  text: `${key} : ${data}`,
});
const texts = (objects: readonly KernelObject[]) => objects.map(({ text }) => text);

describe('two inventories', () => {
  test('differ in what came, what went and what is otherwise', () => {
    const before = [element('a', '1'), element('b', '1'), rule('accept')];
    const after = [element('b', '2'), element('c', '1'), rule('accept')];
    const { added, removed, replaced, moved } = compareInventories(before, after);
    expect([texts(added), texts(removed), moved]).toEqual([['c : 1'], ['a : 1'], []]);
    expect(replaced).toEqual([{ before: element('b', '1'), after: element('b', '2') }]);
  });

  test('differ in the order of rules by the fewest that moved', () => {
    const before = ['a', 'b', 'c', 'd'].map(rule);
    expect(texts(compareInventories(before, ['d', 'a', 'b', 'c'].map(rule)).moved)).toEqual(['d']);
    expect(texts(compareInventories(before, ['a', 'x', 'b', 'c', 'd'].map(rule)).moved)).toEqual([]);
  });

  test('do not differ in the order of what has none', () => {
    const [a, b] = [element('a', '1'), element('b', '1')];
    expect(compareInventories([a, b], [b, a])).toEqual({ added: [], removed: [], replaced: [], moved: [] });
  });
});

/** Inventories as they are: rules and elements, each once. */
const inventories = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...'abcdef'), { maxLength: 6 }),
    fc.uniqueArray(fc.tuple(fc.constantFrom(...'abcdef'), fc.constantFrom('1', '2')), { maxLength: 6, selector: ([key]) => key }),
  )
  .map(([rules, elements]) => [...rules.map(rule), ...elements.map(([key, data]) => element(key, data))]);

test('have one digest when, and only when, nothing differs', () => {
  fc.assert(
    fc.property(inventories, inventories, (before, after) => {
      const { added, removed, replaced, moved } = compareInventories(before, after);
      const same = added.length + removed.length + replaced.length + moved.length === 0;
      expect(inventoryDigest(before) === inventoryDigest(after)).toBe(same);
    }),
  );
});

test('have sums that follow every change of a part', () => {
  fc.assert(
    fc.property(inventories, inventories, (before, after) => {
      const still: KernelObject = { kind: 'netns', place: 'host', key: 'wf1', text: 'netns add wf1' };
      const sum = addSums(inventorySum([still, ...before]), sumOf(changeAddends(before, after)));
      expect(sum).toBe(inventorySum([still, ...after]));
      expect(addSums(subtractSum(sum, inventorySum(after)), inventorySum(before))).toBe(inventorySum([still, ...before]));
    }),
  );
});
