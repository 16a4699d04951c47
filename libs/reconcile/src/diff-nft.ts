import type { NftCommand, NftTable } from '@weft/kernel';
import { canonicalJson } from '@weft/model';

/** The commands of one transaction that bring our table from what is observed to what is desired; null means no table. */
export function diffNft(desired: NftTable | null, observed: NftTable | null): NftCommand[] {
  if (canonicalJson(desired) === canonicalJson(observed)) return [];
  const clear: NftCommand[] = observed === null ? [] : [{ do: 'delete-table' }];
  if (desired === null) return clear;
  return [
    ...clear,
    { do: 'add-table' },
    ...desired.sets.map(({ elements: _, ...set }) => ({ do: 'add-set', set }) as const),
    ...desired.chains.map(({ rules: _, ...chain }) => ({ do: 'add-chain', chain }) as const),
    ...desired.maps.map(({ elements: _, ...map }) => ({ do: 'add-map', map }) as const),
    ...desired.sets.map(({ name, elements }) => ({ do: 'add-elements', set: name, elements }) as const),
    ...desired.maps.map(({ name, elements }) => ({ do: 'add-map-elements', map: name, elements }) as const),
    ...desired.chains.flatMap(({ name, rules }) => rules.map((rule) => ({ do: 'add-rule', chain: name, rule }) as const)),
  ];
}
