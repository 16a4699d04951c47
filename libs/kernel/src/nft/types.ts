import type { NftTable } from './table.ts';

/** What sets and maps hold, as nft(8) writes it behind `type`, by their names: of those whose elements are single keys. */
export type NftTypes = ReadonlyMap<string, string>;

/** Of a table's sets and maps. Elements of those with intervals are said in several ways by nft itself, and those that packets put in are not ours. */
export function typesOf({ sets, maps }: NftTable): NftTypes {
  const named = [...sets, ...maps].filter(({ flags }) => !flags.includes('interval') && !flags.includes('dynamic'));
  return new Map(named.map(({ name, type }) => [name, type]));
}
