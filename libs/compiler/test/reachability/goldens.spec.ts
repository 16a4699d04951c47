import { expect, test } from 'vitest';
import { cases } from './cases.ts';
import { goldenText } from './golden-text.ts';

test.each(Object.entries(cases))('%s', async (name, { fleet, at, sent }) => {
  const file = name.replaceAll(/[^A-Za-z]+/g, '-').toLowerCase();
  await expect(goldenText(await fleet.reach(at, sent))).toMatchFileSnapshot(`testdata/${file}.txt`);
});
