import type { KernelKind } from '@weft/model';
import type { Sought } from './sought.ts';

const KINDS: Readonly<Record<string, KernelKind>> = { chain: 'nft-chain', map: 'nft-map', set: 'nft-set' };

const HANDLE = / ?# handle \d+$/;
const COUNTS = /(?<=counter) packets \d+ bytes \d+/g;
const BLOCK = /^(chain|map|set) (\S+) \{/;
const TABLE = /^(table \S+ \S+) \{/;
/** What `nft monitor` puts before an element or a rule. */
const ADDED = /^(?:add|delete|insert) (element|rule) \S+ \S+ (\S+) /;

/** What is between commas, but for those inside of comments. */
const elementsOf = (text: string) => Array.from(text.matchAll(/(?:[^",]|"[^"]*")+/g), ([element]) => element.trim()).filter(Boolean);

function element(text: string, into: string): Sought {
  const plain = text.replace(/ counter(?= |$)/, '');
  const colon = plain.lastIndexOf(' : ');
  const found = { kinds: ['nft-element'], place: into } as const;
  return colon < 0 ? { ...found, inside: 'set', key: plain } : { ...found, inside: 'map', key: plain.slice(0, colon) };
}

/** What a line of `nft list` or `nft monitor` tells of: a rule, a chain, a set, a map, a table, or the elements that stand on it. */
export function pastedNft(line: string): Sought[] {
  const text = line.replace(HANDLE, '').replace(COUNTS, '');
  const [, word = '', name = ''] = BLOCK.exec(text) ?? [];
  const kind = KINDS[word];
  if (kind !== undefined) return [{ kinds: [kind], key: name }];
  const [, table] = TABLE.exec(text) ?? [];
  if (table !== undefined) return [{ kinds: ['nft-table'], key: table }];
  const [added = '', what, into] = ADDED.exec(text) ?? [];
  const rest = text.slice(added.length);
  if (what === 'rule') return [{ kinds: ['nft-rule'], place: ` chain ${into}`, key: rest }];
  const body = rest.replace(/^(?:elements = )?\{ ?/, '').replace(/ ?\}$/, '');
  const elements = elementsOf(body).map((one) => element(one, into === undefined ? '' : ` ${into}`));
  return [...(what === undefined ? [{ kinds: ['nft-rule'] as const, key: rest }] : []), ...elements];
}
