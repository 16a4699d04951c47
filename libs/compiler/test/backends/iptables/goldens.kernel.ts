import { parseIptablesSave, renderIptablesRestore } from '@weft/kernel';
import { diffIptables } from '@weft/reconcile';
import { desired, endpoint, plan, service, tcp } from '@weft/testing/desired';
import { createNetns, type TestNetns } from '@weft/testing/netns';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { trafficStates } from '../arbitrary-traffic.ts';
import { IPTABLES_CASES } from './cases.ts';
import { compiled } from './compiled.ts';

const cases = Object.entries(IPTABLES_CASES).map(([name, desired]) => ({ name, ruleset: compiled(desired) }));

/** Shares of all kinds: the kernel keeps them in 31 bits, and must print them as we do. */
const uneven = desired({
  services: Array.from({ length: 20 }, (_, i) =>
    service(i + 1, [
      tcp(
        80,
        fc.sample(fc.integer({ min: 1, max: 1000 }), { numRuns: 12, seed: i }).map((weight, j) => endpoint(plan.pod(2, j + 1), { weight })),
      ),
    ]),
  ),
});

let netns: TestNetns;
beforeEach(async () => {
  netns = await createNetns('iptables');
});
afterEach(() => netns.destroy());

describe.each(['nft', 'legacy'])('iptables-%s', (variant) => {
  const restore = (text: string) => netns.must([`iptables-${variant}-restore`, '-w', '10', '--noflush'], text);
  const save = async () => parseIptablesSave(await netns.must([`iptables-${variant}-save`, '-c']));

  test.each(cases)('$name is accepted and saved as it was written', async ({ ruleset }) => {
    await restore(renderIptablesRestore(diffIptables(ruleset, null)));
    expect(await save()).toEqual(ruleset);
  });

  test('whatever services ask for is saved as it was written', async () => {
    let before = null;
    for (const ruleset of [...fc.sample(trafficStates([null, 'rr', 'wrr']), { numRuns: 15, seed: 7 }).map(compiled), compiled(uneven)]) {
      await restore(renderIptablesRestore(diffIptables(ruleset, before)));
      expect(await save()).toEqual(ruleset);
      before = ruleset;
    }
  });

  test('each state becomes the next and the one before by one restore', async () => {
    let before = null;
    for (const { ruleset } of [...cases, ...cases.toReversed()]) {
      await restore(renderIptablesRestore(diffIptables(ruleset, before)));
      expect(await save()).toEqual(ruleset);
      before = ruleset;
    }
    await restore(renderIptablesRestore(diffIptables(null, before)));
    expect(await save()).toBeNull();
  });
});
