import { renderIptablesSave } from '@weft/kernel';
import { expect, test } from 'vitest';
import { IPTABLES_CASES } from './cases.ts';
import { compiled } from './compiled.ts';

test.each(Object.entries(IPTABLES_CASES))('%s', async (name, desired) => {
  await expect(renderIptablesSave(compiled(desired))).toMatchFileSnapshot(`../testdata/iptables/${name}.rules`);
});
