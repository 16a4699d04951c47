import { countingChain, type IptablesChain, type IptablesJump, type IptablesRuleset, listedChain } from '@weft/kernel';
import { applyIptables } from '@weft/testing/rule-models';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffIptables } from '../../src/iptables/diff.ts';

const jump: IptablesJump = { chain: 'PREROUTING', rule: '-j WEFT-A' };
const chain = (name: string, ...rules: string[]): IptablesChain => ({ name, rules });
const nat = (chains: readonly IptablesChain[], jumps: readonly IptablesJump[] = [jump]): IptablesRuleset => ({
  tables: [{ name: 'nat', chains, jumps }],
});

const before = nat([chain('WEFT-A', '-j WEFT-B'), chain('WEFT-B', '-j RETURN')]);
const nothing = { rewrite: [], deleteChains: [], addRules: [], deleteRules: [], addJumps: [], deleteJumps: [] };

describe('a change is', () => {
  test('nothing, when nothing changed', () => {
    expect(diffIptables(before, before)).toEqual([]);
    expect(diffIptables(structuredClone(before), before)).toEqual([]);
    expect(diffIptables(null, null)).toEqual([]);
  });

  test('only the chains whose rules differ', () => {
    const after = nat([chain('WEFT-A', '-j WEFT-B'), chain('WEFT-B', '-j DROP')]);
    expect(diffIptables(after, before)).toEqual([{ ...nothing, table: 'nat', rewrite: [chain('WEFT-B', '-j DROP')] }]);
  });

  test('an empty chain, when that is all that is missing', () => {
    const after = nat([...(before.tables[0]?.chains ?? []), chain('WEFT-C')]);
    expect(diffIptables(after, before)).toEqual([{ ...nothing, table: 'nat', rewrite: [chain('WEFT-C')] }]);
  });

  test('a chain that goes, together with the rule that led to it', () => {
    const after = nat([chain('WEFT-A', '-j RETURN')]);
    expect(diffIptables(after, before)).toEqual([
      { ...nothing, table: 'nat', rewrite: [chain('WEFT-A', '-j RETURN')], deleteChains: ['WEFT-B'] },
    ]);
  });

  test('single rules, in a chain that counts', () => {
    const counting = (...rules: readonly string[]) => nat([listedChain(countingChain('A'), rules)], []);
    const [chainName, rule] = [countingChain('A'), '-p udp'];
    expect(diffIptables(counting('-p udp', '-p tcp'), counting('-p tcp'))).toEqual([
      { ...nothing, table: 'nat', addRules: [{ chain: chainName, rule }] },
    ]);
    expect(diffIptables(counting('-p tcp'), counting('-p tcp', '-p udp'))).toEqual([
      { ...nothing, table: 'nat', deleteRules: [{ chain: chainName, rule }] },
    ]);
    expect(diffIptables(counting('-p tcp', '-p udp'), counting('-p udp', '-p tcp'))).toEqual([]);
  });

  test('a jump that somebody took away, or put there twice', () => {
    const chains = before.tables[0]?.chains ?? [];
    expect(diffIptables(before, nat(chains, []))).toEqual([{ ...nothing, table: 'nat', addJumps: [jump] }]);
    expect(diffIptables(before, nat(chains, [jump, jump]))).toEqual([{ ...nothing, table: 'nat', deleteJumps: [jump] }]);
  });

  test('all jumps of a built-in chain, when those that stay and come do not give their order', () => {
    const chains = [chain('WEFT-A'), chain('WEFT-B'), chain('WEFT-C')];
    const [a, b, c] = ['A', 'B', 'C'].map((name): IptablesJump => ({ chain: 'PREROUTING', rule: `-j WEFT-${name}` })) as [
      IptablesJump,
      IptablesJump,
      IptablesJump,
    ];
    expect(diffIptables(nat(chains, [a, b, c]), nat(chains, [b, c]))).toEqual([{ ...nothing, table: 'nat', addJumps: [a] }]);
    expect(diffIptables(nat(chains, [a, c]), nat(chains, [a, b, c]))).toEqual([{ ...nothing, table: 'nat', deleteJumps: [b] }]);
    expect(diffIptables(nat(chains, [a, b]), nat(chains, [c, a]))).toEqual([
      { ...nothing, table: 'nat', addJumps: [a, b], deleteJumps: [c, a] },
    ]);
  });

  test('everything that goes, when nothing is wanted', () => {
    expect(diffIptables(null, before)).toEqual([{ ...nothing, table: 'nat', deleteChains: ['WEFT-A', 'WEFT-B'], deleteJumps: [jump] }]);
  });
});

describe('any ruleset becomes any other', () => {
  const names = ['WEFT-A', 'WEFT-B', 'WEFT-C'];
  const rulesets = fc
    .record({
      chains: fc.subarray(names, { minLength: 1 }),
      rules: fc.array(fc.tuple(fc.nat(2), fc.nat(3)), { maxLength: 6 }),
      jumps: fc.subarray(['PREROUTING', 'OUTPUT', 'POSTROUTING'] as const),
    })
    .map(({ chains, rules, jumps }): IptablesRuleset => {
      const target = (i: number) => chains[i % (chains.length + 1)] ?? 'RETURN';
      return nat(
        chains.map((name, at) => chain(name, ...rules.filter(([i]) => i === at).map(([, to]) => `-p tcp -j ${target(to)}`))),
        jumps.map((from) => ({ chain: from, rule: `-j ${chains[0]}` })),
      );
    });

  test('and no rule leads to what is not there', () => {
    fc.assert(
      fc.property(rulesets, rulesets, (a, b) => {
        expect(applyIptables(a, diffIptables(b, a))).toEqual(b);
      }),
      { numRuns: 500 },
    );
  });
});
