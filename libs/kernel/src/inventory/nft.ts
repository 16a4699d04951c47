import type { KernelObject } from '@weft/model';
import { hookLine } from '../nft/declaration.ts';
import type { NftChain, NftMap, NftRule, NftSet, NftTable } from '../nft/table.ts';
import { orderedObjects } from './identity.ts';

const quoted = (comment: string | null) => (comment === null ? [] : [`comment "${comment}"`]);
const ruleText = ({ text, comment }: NftRule) => [text, ...quoted(comment)].join(' ');

function declared(what: 'set' | 'map', { name, type, flags, counter, comment }: Omit<NftSet, 'elements'>, size?: number): string {
  const properties = [
    `type ${type}`,
    ...(size === undefined ? [] : [`size ${size}`]),
    ...(flags.length === 0 ? [] : [`flags ${flags.join(',')}`]),
    ...(counter === true ? ['counter'] : []),
    ...quoted(comment),
  ];
  return `${what} ${name} { ${properties.join('; ')} }`;
}

/** An element of a set, `data` null, or of a map. */
export function nftElementObject(table: string, into: string, key: string, data: string | null): KernelObject {
  const [what, text] = data === null ? ['set', key] : ['map', `${key} : ${data}`];
  return { kind: 'nft-element', place: `${table} ${what} ${into}`, key, text };
}

/** A chain and its rules. */
export function nftChainObjects(table: string, { name, hook, rules }: NftChain): KernelObject[] {
  return [
    { kind: 'nft-chain', place: table, key: name, text: hook === null ? `chain ${name}` : `chain ${name} { ${hookLine(hook)} }` },
    ...orderedObjects('nft-rule', `${table} chain ${name}`, rules.map(ruleText)),
  ];
}

function* setObjects(table: string, { elements, ...set }: NftSet): Generator<KernelObject> {
  yield { kind: 'nft-set', place: table, key: set.name, text: declared('set', set) };
  for (const element of elements) yield nftElementObject(table, set.name, element, null);
}

function* mapObjects(table: string, { elements, size, ...map }: NftMap): Generator<KernelObject> {
  yield { kind: 'nft-map', place: table, key: map.name, text: declared('map', map, size) };
  for (const key of Object.keys(elements)) yield nftElementObject(table, map.name, key, elements[key] ?? '');
}

/** How a table is named as a place. */
export function nftPlace({ family, name }: Pick<NftTable, 'family' | 'name'>): string {
  return `table ${family} ${name}`;
}

/** Everything in a table, and the table. */
export function* nftObjects(table: NftTable): Generator<KernelObject> {
  const place = nftPlace(table);
  yield { kind: 'nft-table', place: 'host', key: place, text: place };
  for (const set of table.sets) yield* setObjects(place, set);
  for (const map of table.maps) yield* mapObjects(place, map);
  for (const chain of table.chains) yield* nftChainObjects(place, chain);
  for (const text of table.foreign ?? []) yield { kind: 'nft-other', place, key: text, text };
}
