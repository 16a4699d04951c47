import type { NftChain, NftHook, NftMap, NftRule, NftSet } from './table.ts';
import { nftText } from './text.ts';

const comment = (text: string | null) => (text === null ? [] : [`comment "${nftText('comment', text)}"`]);

const flags = (names: readonly string[]) => (names.length === 0 ? [] : [`flags ${names.map((f) => nftText('flag', f)).join(',')}`]);

const counter = ({ counter: counts }: { readonly counter?: true }) => (counts ? ['counter'] : []);

/** The lines inside a set's braces, without its elements. Throws RangeError for unsafe text. */
export function setLines(set: Omit<NftSet, 'elements'>): string[] {
  return [`type ${nftText('type', set.type)}`, ...flags(set.flags), ...counter(set), ...comment(set.comment)];
}

/** The lines inside a map's braces, without its elements. Throws RangeError for unsafe text. */
export function mapLines(map: Omit<NftMap, 'elements'>): string[] {
  const size = map.size === undefined ? [] : [`size ${map.size}`];
  return [`type ${nftText('type', map.type)}`, ...size, ...flags(map.flags), ...counter(map), ...comment(map.comment)];
}

/** How a base chain is declared. Priorities are numbers: nft 1.0.6 refuses some of their names on some hooks. */
export function hookLine({ type, hook, priority }: NftHook): string {
  return `type ${type} hook ${hook} priority ${priority}; policy accept;`;
}

/** The lines inside a chain's braces before its rules. */
export function chainLines(chain: Omit<NftChain, 'rules'>): string[] {
  return chain.hook === null ? [] : [hookLine(chain.hook)];
}

/** A rule with its comment. Throws RangeError for unsafe text. */
export function ruleLine(rule: NftRule): string {
  return [nftText('rule', rule.text), ...comment(rule.comment)].join(' ');
}

/** Elements of a set, as they stand between braces. Throws RangeError for unsafe text. */
export function setElements(elements: readonly string[]): string[] {
  return elements.map((element) => nftText('element', element));
}

/** Elements of a map, as they stand between braces. Throws RangeError for unsafe text. */
export function mapElements(elements: readonly (readonly [key: string, data: string])[]): string[] {
  return elements.map(([key, data]) => `${nftText('element', key)} : ${nftText('element', data)}`);
}
