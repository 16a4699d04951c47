import { parseIptablesSave, renderIptablesRestore } from '@weft/kernel';
import { diffIptables } from '@weft/reconcile';
import { createNetns, type TestNetns } from '@weft/testing/netns';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IPTABLES_CASES } from './cases.ts';
import { compiled } from './compiled.ts';

const cases = Object.entries(IPTABLES_CASES).map(([name, desired]) => ({ name, ruleset: compiled(desired) }));

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
