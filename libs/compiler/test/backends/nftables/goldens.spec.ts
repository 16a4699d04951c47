import { renderNftTable } from '@weft/kernel';
import { expect, test } from 'vitest';
import { NFT_CASES } from './cases.ts';
import { compiled } from './compiled.ts';

test.each(Object.entries(NFT_CASES))('%s', async (name, desired) => {
  await expect(renderNftTable(compiled(desired))).toMatchFileSnapshot(`../testdata/nftables/${name}.nft`);
});
