import { NFT_TABLE, type NftHook, type NftMap, type NftRule, type NftSet, type NftTable } from '@weft/kernel';

/** What one feature adds to the frame of the table. Rules of several features in one chain follow each other in the order of the features. */
export interface NftFragment {
  readonly sets?: readonly NftSet[];
  readonly maps?: readonly NftMap[];
  readonly rules?: Readonly<Record<string, readonly NftRule[]>>;
}

/**
 * The base chains. Priorities differ from everybody else's that we know of (kube-proxy ±100, Calico -150/-90/0/+110), so that the order at a hook is ours to
 * say: addresses are translated just before the usual place for it, sources just before it on the way out, refusals before other people's filters.
 */
export const BASE_CHAINS: Readonly<Record<string, NftHook>> = {
  'before-nat-prerouting': { type: 'filter', hook: 'prerouting', priority: -115 },
  'before-nat-output': { type: 'filter', hook: 'output', priority: -115 },
  'nat-prerouting': { type: 'nat', hook: 'prerouting', priority: -105 },
  'nat-output': { type: 'nat', hook: 'output', priority: -105 },
  'after-nat-prerouting': { type: 'filter', hook: 'prerouting', priority: -95 },
  'after-nat-output': { type: 'filter', hook: 'output', priority: -95 },
  'nat-postrouting': { type: 'nat', hook: 'postrouting', priority: 95 },
  'filter-input': { type: 'filter', hook: 'input', priority: -5 },
  'filter-forward': { type: 'filter', hook: 'forward', priority: -5 },
  'filter-output': { type: 'filter', hook: 'output', priority: -5 },
};

/** A rule with what it is for. */
export function rule(text: string, comment: string | null = null): NftRule {
  return { text, comment };
}

const byName = <T extends { readonly name: string }>(items: readonly T[]) => [...items].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Puts the features' fragments together to the table. */
export function assemble(fragments: readonly NftFragment[]): NftTable {
  const chains = new Map<string, NftRule[]>(Object.keys(BASE_CHAINS).map((name) => [name, []]));
  for (const { rules = {} } of fragments)
    for (const [name, added] of Object.entries(rules)) chains.set(name, [...(chains.get(name) ?? []), ...added]);
  return {
    family: 'ip',
    name: NFT_TABLE,
    sets: byName(fragments.flatMap((fragment) => fragment.sets ?? [])),
    maps: byName(fragments.flatMap((fragment) => fragment.maps ?? [])),
    chains: byName(Array.from(chains, ([name, rules]) => ({ name, hook: BASE_CHAINS[name] ?? null, rules }))),
  };
}
