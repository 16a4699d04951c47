import { byKey, EMPTY_CONFIG, keyOf, type NodeConfig } from '@weft/kernel';
import type { Fragment } from './fragment.ts';

type ListName = keyof typeof keyOf;

const LISTS = Object.keys(keyOf) as ListName[];

/** Two features made objects with the same key, or two backends claimed the same ruleset. */
export class FragmentConflict extends Error {
  override readonly name = 'FragmentConflict';
}

function merge<K extends ListName>(name: K, fragments: readonly Fragment[]): NodeConfig[K] {
  type Item = NodeConfig[K][number];
  const key = keyOf[name] as (item: Item) => string;
  const merged = byKey<Item>(
    key,
    fragments.flatMap((fragment) => (fragment[name] ?? []) as readonly Item[]),
  );
  const twice = merged.find((item, index) => index > 0 && key(item) === key(merged[index - 1] as Item));
  if (twice !== undefined) throw new FragmentConflict(`${name}: two features make "${key(twice)}"`);
  return merged as unknown as NodeConfig[K];
}

function only<T>(name: string, values: readonly (T | null | undefined)[]): T | null {
  const given = values.filter((value) => value !== null && value !== undefined);
  if (given.length > 1) throw new FragmentConflict(`${name}: two features make it`);
  return given[0] ?? null;
}

/** Joins what features add into one configuration, every list ordered by key. Throws FragmentConflict. */
export function assemble(fragments: readonly Fragment[]): NodeConfig {
  const lists = Object.fromEntries(LISTS.map((name) => [name, merge(name, fragments)])) as Pick<NodeConfig, ListName>;
  return {
    ...EMPTY_CONFIG,
    ...lists,
    nft: only(
      'nft',
      fragments.map(({ nft }) => nft),
    ),
    iptables: only(
      'iptables',
      fragments.map(({ iptables }) => iptables),
    ),
  };
}
