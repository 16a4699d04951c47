import { expect, test } from 'vitest';
import { IPVS_CASES } from './cases.ts';
import { saved } from './saved.ts';

test.each(Object.entries(IPVS_CASES))('%s', async (name, desired) => {
  await expect(saved(desired)).toMatchFileSnapshot(`../testdata/ipvs/${name}.txt`);
});
