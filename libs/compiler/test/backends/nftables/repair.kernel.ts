import { parseNftTable, renderNft } from '@weft/kernel';
import { diffNft } from '@weft/reconcile';
import { createNetns, type TestNetns } from '@weft/testing/netns';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NFT_CASES } from './cases.ts';
import { compiled } from './compiled.ts';

const [, state] = Object.entries(NFT_CASES).find(([name]) => name === 'affinity-by-every-way') ?? [];
if (state === undefined) throw new Error('no such case');
const table = compiled(state);

let netns: TestNetns;
beforeEach(async () => {
  netns = await createNetns('repair');
});
afterEach(() => netns.destroy());

const load = (text: string) => netns.must(['nft', '-f', '-'], text);
const list = async () => parseNftTable(await netns.must(['nft', '-s', '-y', 'list', 'table', 'ip', 'weft']));

test.each(table.chains.filter(({ rules }) => rules.length > 0))(
  'chain $name is filled again when somebody empties it',
  async ({ name }) => {
    await load(renderNft(diffNft(table, null), 'ip', 'weft'));
    await netns.must(['nft', 'flush', 'chain', 'ip', 'weft', name]);
    await load(renderNft(diffNft(table, await list()), 'ip', 'weft'));
    expect(await list()).toEqual(table);
  },
);

test('who is remembered, and what was counted, is no difference', async () => {
  await load(renderNft(diffNft(table, null), 'ip', 'weft'));
  await load('add element ip weft client-endpoints { 203.0.113.9 . 198.19.0.1 timeout 1h : 100.64.2.2 }\n');
  expect(diffNft(table, await list())).toEqual([]);
});
