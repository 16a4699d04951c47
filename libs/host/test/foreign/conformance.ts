import type { ForeignListing } from '@weft/host';
import type { KernelKind, KernelObject } from '@weft/model';
import { expect } from 'vitest';

/** What is found on a host on which the plants below and something of ours stand. */
export async function expectPlanted(listing: ForeignListing): Promise<void> {
  const found = await listing.list();
  const told = found.map(({ kind, place, key }) => `${kind} | ${place} | ${key}`);
  expect(told).toEqual(
    expect.arrayContaining([
      'link | host | theirs0',
      'nft-table | host | table ip theirs',
      'nft-chain | table ip theirs | in',
      'nft-rule | table ip theirs chain in | tcp dport 22 accept',
      'iptables-chain | table filter | THEIRS',
      'iptables-rule | table filter chain THEIRS | -j RETURN',
    ]),
  );
  for (const some of [['link'], ['route'], ['nft-rule'], ['iptables-chain', 'iptables-rule']] as const) {
    const kinds = new Set<KernelKind>(some);
    const only = (objects: readonly KernelObject[]) => objects.filter(({ kind }) => kinds.has(kind));
    expect(only(await listing.list(kinds))).toEqual(only(found));
  }
  expect(found.find(({ kind, text }) => kind === 'route' && text.includes('203.0.113.0/24'))).toBeDefined();
  expect(found.filter(({ place, text }) => /weft|WEFT|wf/.test(`${place} ${text}`))).toEqual([]);
  expect(found.filter(({ kind, text }) => kind === 'route' && text.includes('100.64.9.0/24'))).toEqual([]);
}
