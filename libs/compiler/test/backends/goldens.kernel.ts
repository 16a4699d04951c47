import { parseIptablesSave, parseNftTable, renderIptablesRestore, renderNft } from '@weft/kernel';
import { diffIptables, diffNft } from '@weft/reconcile';
import { node } from '@weft/testing/desired';
import { createNetns, type TestNetns } from '@weft/testing/netns';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BACKENDS } from '../../src/backends/index.ts';
import { CASES } from './cases.ts';

const compiled = Object.entries(CASES).map(([name, desired]) => ({
  name,
  nft: BACKENDS.nftables.compile({ desired, node: node(1) }).nft ?? null,
  iptables: BACKENDS.iptables.compile({ desired, node: node(1) }).iptables ?? null,
}));

let netns: TestNetns;
beforeEach(async () => {
  netns = await createNetns('goldens');
});
afterEach(() => netns.destroy());

describe('nft', () => {
  const list = async () => parseNftTable(await netns.must(['nft', '-s', '-y', 'list', 'table', 'ip', 'weft']));

  test.each(compiled)('$name is accepted and listed as it was written', async ({ nft }) => {
    const text = renderNft(diffNft(nft, null), 'ip', 'weft');
    await netns.must(['nft', '--check', '-f', '-'], text);
    await netns.must(['nft', '-f', '-'], text);
    expect(await list()).toEqual(nft);
  });

  test('every state becomes every other by one transaction', async () => {
    await netns.must(['nft', '-f', '-'], renderNft(diffNft(compiled[0]?.nft ?? null, null), 'ip', 'weft'));
    let before = compiled[0]?.nft ?? null;
    for (const step of walk(compiled.length)) {
      const after = compiled[step]?.nft ?? null;
      await netns.must(['nft', '-f', '-'], renderNft(diffNft(after, before), 'ip', 'weft'));
      expect(await list()).toEqual(after);
      before = after;
    }
  });
});

describe.each(['nft', 'legacy'])('iptables-%s', (variant) => {
  const restore = (text: string, ...options: string[]) =>
    netns.must([`iptables-${variant}-restore`, '-w', '10', '--noflush', ...options], text);
  const save = async () => parseIptablesSave(await netns.must([`iptables-${variant}-save`]));

  test.each(compiled)('$name is accepted and saved as it was written', async ({ iptables }) => {
    const text = renderIptablesRestore(diffIptables(iptables, null));
    await restore(text, '--test');
    await restore(text);
    expect(await save()).toEqual(iptables);
  });

  test('every state becomes every other by one restore', async () => {
    let before = null;
    for (const step of walk(compiled.length)) {
      const after = compiled[step]?.iptables ?? null;
      await restore(renderIptablesRestore(diffIptables(after, before)));
      expect(await save()).toEqual(after);
      before = after;
    }
    await restore(renderIptablesRestore(diffIptables(null, before)));
    expect(await save()).toBeNull();
  });
});

/** A walk over `count` states that goes from each to each other once, starting at the first. */
function walk(count: number): number[] {
  const path = [0];
  for (let back = 0; back < count; back++)
    for (let to = back + 1; to < count; to++) path.push(to, to + 1 < count ? back : (back + 1) % count);
  return path;
}
