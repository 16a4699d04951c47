import type { NftChain, NftHook, NftMap, NftRule, NftSet, NftTable } from './table.ts';

interface Block {
  readonly kind: string;
  readonly name: string;
  readonly lines: readonly string[];
}

const OPEN = /^\t([a-z][a-z ]*) (\S+) \{$/;
const DECLARATION = /^type (.*)$/;
const HOOK = /^type (filter|nat|route) hook (prerouting|input|forward|output|postrouting) priority (-?\d+); policy accept;$/;
const SIZE = /^size \d+$/;
const COMMENT = /^comment "(.*)"$/;
const RULE = /^(.*?)(?: comment "(.*)")?$/;

/** What is said of an element that counts, with and without what it has counted. */
const COUNTER = / counter(?: packets \d+ bytes \d+)?/;

const byName = <T extends { readonly name: string }>(items: T[]) => items.sort((a, b) => (a.name < b.name ? -1 : 1));

/** Splits the listing into its blocks; `loose` are lines of the table itself, such as its flags. */
function split(listing: string): { head: RegExpExecArray; blocks: Block[]; loose: string[] } {
  const lines = listing.trimEnd().split('\n');
  const head = /^table (ip|ip6) (\S+) \{$/.exec(lines[0] ?? '');
  if (head === null) throw new SyntaxError(`not the listing of an ip or ip6 table: ${JSON.stringify(lines[0] ?? '')}`);
  if (lines.at(-1) !== '}') throw new SyntaxError(`the listing ends before its table does: ${JSON.stringify(lines.at(-1))}`);
  const blocks: Block[] = [];
  const loose: string[] = [];
  let open: string[] | null = null;
  for (const line of lines.slice(1, -1)) {
    const [, kind, name] = OPEN.exec(line) ?? [];
    if (line === '\t}') open = null;
    else if (open !== null) open.push(line.trim());
    else if (kind !== undefined && name !== undefined) {
      open = [];
      blocks.push({ kind, name, lines: open });
    } else if (line !== '') loose.push(line.trim());
  }
  return { head, blocks, loose };
}

/** What the elements of a set or map are, one by one. A comma inside a comment does not separate. */
function splitElements(text: string): string[] {
  return Array.from(text.matchAll(/(?:[^",]|"[^"]*")+/g), ([element]) => element.trim());
}

/** Takes the lines of a set or map apart. Lines that we never write go to `foreign`. */
function parseSetLines(block: Block, foreign: string[]) {
  const from = block.lines.findIndex((line) => line.startsWith('elements = {'));
  const declaration = from < 0 ? block.lines : block.lines.slice(0, from);
  const body = from < 0 ? '' : block.lines.slice(from).join(' ');
  let type = '';
  let flags: string[] = [];
  let size: number | undefined;
  let counter: true | undefined;
  let comment: string | null = null;
  for (const line of declaration) {
    const typed = DECLARATION.exec(line);
    const commented = COMMENT.exec(line);
    if (typed !== null) [, type = ''] = typed;
    else if (commented !== null) comment = commented[1] ?? '';
    else if (line.startsWith('flags ')) flags = line.slice('flags '.length).split(',');
    else if (SIZE.test(line)) size = Number(line.slice('size '.length));
    else if (line === 'counter') counter = true;
    else foreign.push(`${block.kind} ${block.name}: ${line}`);
  }
  const elements = flags.includes('dynamic') ? [] : splitElements(body.slice('elements = {'.length, -1));
  return {
    name: block.name,
    type,
    flags,
    ...(size !== undefined && { size }),
    ...(counter && { counter }),
    comment,
    elements: counter ? elements.map((element) => element.replace(COUNTER, '')) : elements,
  };
}

function parseSet(block: Block, foreign: string[]): NftSet {
  const { elements, size, ...set } = parseSetLines(block, foreign);
  if (size !== undefined) foreign.push(`set ${block.name}: size ${size}`);
  return { ...set, elements: elements.sort() };
}

function parseMap(block: Block, foreign: string[]): NftMap {
  const { elements, ...map } = parseSetLines(block, foreign);
  const entries = elements.map((element) => {
    const colon = element.lastIndexOf(' : ');
    return [element.slice(0, colon), element.slice(colon + ' : '.length)];
  });
  return { ...map, elements: Object.fromEntries(entries) };
}

function parseRule(line: string): NftRule {
  const [, text = '', comment = null] = RULE.exec(line) ?? [];
  return { text, comment };
}

function parseChain(block: Block, foreign: string[]): NftChain {
  let hook: NftHook | null = null;
  const rules: NftRule[] = [];
  for (const line of block.lines) {
    const based = HOOK.exec(line);
    if (based !== null) hook = { type: based[1], hook: based[2], priority: Number(based[3]) } as NftHook;
    else if (line.endsWith(';') || COMMENT.test(line)) foreign.push(`chain ${block.name}: ${line}`);
    else rules.push(parseRule(line));
  }
  return { name: block.name, hook, rules };
}

/**
 * Reads what `nft -s -y list table ip weft` prints: the inverse of renderNftTable. Sets, maps, chains and the elements of sets come ordered by name,
 * whatever order they were made in. Anything that we never write (other objects, flags, sizes, another policy) is kept as text in `foreign`.
 * Throws SyntaxError when the text is not a whole listing of one table.
 */
export function parseNftTable(listing: string): NftTable {
  const { head, blocks, loose } = split(listing);
  const foreign = [...loose];
  const sets: NftSet[] = [];
  const maps: NftMap[] = [];
  const chains: NftChain[] = [];
  for (const block of blocks) {
    if (block.kind === 'set') sets.push(parseSet(block, foreign));
    else if (block.kind === 'map') maps.push(parseMap(block, foreign));
    else if (block.kind === 'chain') chains.push(parseChain(block, foreign));
    else foreign.push(`${block.kind} ${block.name}`);
  }
  return {
    family: head[1] === 'ip6' ? 'ip6' : 'ip',
    name: head[2] ?? '',
    sets: byName(sets),
    maps: byName(maps),
    chains: byName(chains),
    ...(foreign.length > 0 && { foreign }),
  };
}
