import { parseNftTable, renderNft } from '@weft/kernel';
import { diffNft } from '@weft/reconcile';
import { createNetns, type TestNetns } from '@weft/testing/netns';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NFT_CASES } from './cases.ts';
import { compiled } from './compiled.ts';

const cases = Object.entries(NFT_CASES).map(([name, desired]) => ({ name, table: compiled(desired) }));

let netns: TestNetns;
beforeEach(async () => {
  netns = await createNetns('nft');
});
afterEach(() => netns.destroy());

const load = (text: string) => netns.must(['nft', '-f', '-'], text);
const list = async () => parseNftTable(await netns.must(['nft', '-s', '-y', 'list', 'table', 'ip', 'weft']));

test.each(cases)('$name is accepted and listed as it was written', async ({ table }) => {
  await load(renderNft(diffNft(table, null), 'ip', 'weft'));
  expect(await list()).toEqual(table);
});

test('each state becomes the next and the one before by one transaction', async () => {
  let before = null;
  for (const { table } of [...cases, ...cases.toReversed()]) {
    await load(renderNft(diffNft(table, before), 'ip', 'weft'));
    expect(await list()).toEqual(table);
    before = table;
  }
});
