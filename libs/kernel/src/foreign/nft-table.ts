import type { KernelKind, KernelObject } from '@weft/model';
import { orderedObjects } from '../inventory/identity.ts';

/** What a block of a listing is in an inventory; whatever else a table can hold is `nft-other`. */
const KINDS: Readonly<Record<string, KernelKind>> = { set: 'nft-set', map: 'nft-map', chain: 'nft-chain' };

const OPEN = /^\t([a-z][a-z ]*) (\S+) \{$/;
/** What declares a chain, and is no rule of it. */
const DECLARES = /;$|^comment "/;

interface Block {
  readonly word: string;
  readonly name: string;
  readonly lines: readonly string[];
}

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: (Block & { readonly lines: string[] })[] = [];
  let open = false;
  for (const line of lines) {
    const [, word, name] = OPEN.exec(line) ?? [];
    if (line === '\t}') open = false;
    else if (open) blocks.at(-1)?.lines.push(line.trim());
    else if (word !== undefined && name !== undefined) {
      open = true;
      blocks.push({ word, name, lines: [] });
    }
  }
  return blocks;
}

function blockObjects(table: string, { word, name, lines }: Block): KernelObject[] {
  const kind = KINDS[word] ?? 'nft-other';
  const key = kind === 'nft-other' ? `${word} ${name}` : name;
  const rules = kind === 'nft-chain' ? lines.filter((line) => !DECLARES.test(line)) : [];
  const declaration = kind === 'nft-chain' ? lines.filter((line) => DECLARES.test(line)) : lines;
  return [
    { kind, place: table, key, text: `${word} ${name}${declaration.length === 0 ? '' : ` { ${declaration.join(' ')} }`}` },
    ...orderedObjects('nft-rule', `${table} chain ${name}`, rules),
  ];
}

/**
 * Somebody else's table, from what `nft -s -y list table …` prints of it: the table, its sets and maps with their elements as one text each, its chains and
 * their rules, and whatever else is in it.
 */
export function foreignNftObjects(listing: string): KernelObject[] {
  const [head = '', ...lines] = listing.split('\n');
  const [, table] = /^(table \S+ \S+) \{$/.exec(head) ?? [];
  if (table === undefined) return [];
  return [{ kind: 'nft-table', place: 'host', key: table, text: table }, ...blocksOf(lines).flatMap((block) => blockObjects(table, block))];
}
