import {
  countingChain,
  IPTABLES_TABLES,
  type IptablesContribution,
  type IptablesRuleset,
  type IptablesTableName,
  renderIptablesRestore,
  type Step,
} from '@weft/kernel';
import { applyIptables } from '@weft/testing/rule-models';
import { expect, test } from 'vitest';
import { changeIptables, type Host, IptablesLedger } from '../../src/index.ts';

const frame = IPTABLES_TABLES.map((name) => ({ name, chains: [{ name: 'WEFT-ROOT', rules: [], last: [] }], jumps: [] }));

/** A service with a rule in each table, and a chain of its own in the second. */
const adds = (label: string, rule = '-j RETURN', refusal = '-p tcp -j DROP'): IptablesContribution => {
  const bucket = (table: IptablesTableName, chain: string) => ({ table, chain, from: 'WEFT-ROOT', way: `-d 198.19.0.0/24 -j ${chain}` });
  const own = `WEFT-${label.toUpperCase()}`;
  return {
    label,
    chains: [{ table: 'nat', name: own, rules: [rule] }],
    shared: [
      { bucket: bucket('filter', 'WEFT-AT'), rule: refusal },
      { bucket: bucket('mangle', countingChain('AT')), rule: `-p tcp -m comment --comment "${label} counted"` },
      { bucket: bucket('nat', 'WEFT-AT'), rule: `-p tcp -j ${own}` },
    ],
  };
};

/** A kernel that refuses rules with `bad` in them, after it has taken the tables before. */
function kernelWith(ledger: IptablesLedger) {
  let ruleset: IptablesRuleset | null = ledger.ruleset();
  let dead = false;
  const run: Host['run'] = async (step: Step) => {
    if (step.tool !== 'iptables') throw new Error(`not a step of iptables: ${step.tool}`);
    const input = renderIptablesRestore(step.changes);
    const outcome = { argv: ['iptables-restore'], input, durationMs: 1 };
    if (dead) return { ...outcome, exitCode: null, stderr: 'killed' };
    for (const change of step.changes) {
      if (change.rewrite.some(({ rules }) => rules.some((rule) => rule.includes('bad'))))
        return { ...outcome, exitCode: 1, stderr: 'line 3 failed' };
      // A chain that is to be deleted is declared first, which makes it where it is not there.
      const declared = change.deleteChains.map((name) => ({ name, rules: [] }));
      ruleset = applyIptables(ruleset, [{ ...change, rewrite: [...change.rewrite, ...declared] }]);
    }
    return { ...outcome, exitCode: 0, stderr: '' };
  };
  const host: Host = { run, observe: async () => Promise.reject(new Error('not asked for')) };
  return { host, ruleset: () => ruleset, die: () => (dead = true) };
}

const some = (...labels: readonly string[]) => new Map(labels.map((label) => [`svc_${label}`, adds(label)] as const));

test('services are changed by one restore, and nothing by none', async () => {
  const ledger = new IptablesLedger(frame);
  const kernel = kernelWith(ledger);
  const { outcomes, refused, failure } = await changeIptables(kernel.host, ledger, some('a', 'b', 'c'));
  expect([outcomes.length, refused.size, failure]).toEqual([1, 0, null]);
  expect(kernel.ruleset()).toEqual(ledger.ruleset());
  expect((await changeIptables(kernel.host, ledger, some('a'))).outcomes).toEqual([]);
});

test.each([
  ['-m bad -j RETURN', undefined],
  ['-j RETURN\n-F', undefined],
  ['-j RETURN', '-m bad -j DROP'],
])('one bad service is left out as it was, and the others are changed: %j, %j', async (rule, refusal) => {
  const ledger = new IptablesLedger(frame);
  const kernel = kernelWith(ledger);
  await changeIptables(kernel.host, ledger, some('c'));
  const changes = new Map([...some('a', 'b'), ['svc_c', adds('c', rule, refusal)] as const, ...some('d')]);
  const { refused, failure } = await changeIptables(kernel.host, ledger, changes);
  expect(failure).toBeNull();
  expect([...refused.keys()]).toEqual(['svc_c']);
  expect([...ledger.contributions.keys()].sort()).toEqual(['svc_a', 'svc_b', 'svc_c', 'svc_d']);
  expect(ledger.contributions.get('svc_c')).toEqual(adds('c'));
  expect(kernel.ruleset()).toEqual(ledger.ruleset());
});

test('what no service is to blame for stops the work', async () => {
  const ledger = new IptablesLedger(frame);
  const kernel = kernelWith(ledger);
  const bad = Array.from({ length: 40 }, (_, i) => [`svc_${i}`, adds(`x${i}`, '-m bad -j RETURN')] as const);
  expect((await changeIptables(kernel.host, ledger, new Map(bad))).failure?.outcome.stderr).toBe('line 3 failed');
  kernel.die();
  expect((await changeIptables(kernel.host, ledger, some('a'))).failure?.outcome.exitCode).toBeNull();
});
