import { countingChain, inBlocks, linesOf, listedChain, unchanged } from '@weft/kernel';
import { applyIptables } from '@weft/testing/rule-models';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffIptables } from '../../src/index.ts';

/** Chains 0 to n, each leading to some with higher numbers: what the compiler makes leads in no circles either. */
const rulesets = fc.array(fc.array(fc.nat(12), { maxLength: 4 }), { minLength: 1, maxLength: 12 }).map((chains) => {
  const name = (i: number) => `WEFT-${String.fromCharCode(65 + ((i * 7) % 13))}`;
  const rules = (targets: readonly number[], i: number) =>
    targets.filter((to) => to > i && to < chains.length).map((to) => `-p tcp -j ${name(to)}`);
  const counting = listedChain(
    countingChain('A'),
    Array.from(new Set(chains.flat()), (port) => `-p tcp --dport ${port}`),
  );
  return {
    tables: [
      {
        name: 'nat' as const,
        chains: [counting, ...chains.map((targets, i) => ({ name: name(i), rules: rules(targets, i) }))].sort((a, b) =>
          a.name < b.name ? -1 : 1,
        ),
        jumps: [{ chain: 'PREROUTING' as const, rule: `-j ${name(0)}` }],
      },
    ],
  };
});

test('any ruleset becomes any other block by block, and in none of them a rule leads to what is not there', () => {
  fc.assert(
    fc.property(rulesets, fc.option(rulesets), fc.integer({ min: 1, max: 6 }), (a, b, max) => {
      const blocks = diffIptables(b, a).flatMap((change) => inBlocks(change, max));
      expect(applyIptables(a, blocks)).toEqual(b);
      for (const block of blocks) expect(block.rewrite.length === 1 || linesOf(block) <= max || blocks.length === 1).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a small change is one block; jumps stand behind all that they lead to, and chains are emptied before any is deleted', () => {
  const chains = ['A', 'B', 'C'].map((name) => ({ name: `WEFT-${name}`, rules: ['-j RETURN'] }));
  const jump = { chain: 'OUTPUT', rule: '-j WEFT-A' } as const;
  const old = ['WEFT-X', 'WEFT-Y'];
  const change = { ...unchanged('nat'), rewrite: chains, deleteChains: old, addJumps: [jump] };
  const shapes = (max: number) =>
    inBlocks(change, max).map(({ rewrite, addJumps, deleteChains }) => [
      rewrite.map(({ rules }) => rules.length),
      addJumps.length,
      deleteChains,
    ]);
  expect(inBlocks(change, 8)).toEqual([change]);
  expect(shapes(4)).toEqual([
    [[1, 1], 0, []],
    [[1], 1, []],
    [[], 0, old],
  ]);
  expect(shapes(1)).toEqual([
    [[1], 0, []],
    [[1], 0, []],
    [[1], 1, []],
    [[0], 0, []],
    [[0], 0, []],
    [[], 0, ['WEFT-X']],
    [[], 0, ['WEFT-Y']],
  ]);
});
