import { chainLines, mapElements, mapLines, ruleLine, setElements, setLines } from './declaration.ts';
import type { NftTable } from './table.ts';
import { nftText } from './text.ts';

const elementLines = (elements: readonly string[]) => (elements.length === 0 ? [] : [`elements = { ${elements.join(',\n\t\t\t     ')} }`]);

const block = (kind: string, name: string, lines: readonly string[]) =>
  [`\t${kind} ${nftText('name', name)} {`, ...lines.map((line) => `\t\t${line}`), '\t}'].join('\n');

/**
 * A table as `nft -s -y list table` prints it, one element to a line; nft itself orders elements by their bytes and puts two plain ones on a line.
 * Throws RangeError for unsafe text.
 */
export function renderNftTable(table: NftTable): string {
  const blocks = [
    ...table.sets.map((set) => block('set', set.name, [...setLines(set), ...elementLines(setElements(set.elements))])),
    ...table.maps.map((map) => block('map', map.name, [...mapLines(map), ...elementLines(mapElements(Object.entries(map.elements)))])),
    ...table.chains.map((chain) => block('chain', chain.name, [...chainLines(chain), ...chain.rules.map(ruleLine)])),
  ];
  return `table ${table.family} ${nftText('name', table.name)} {\n${blocks.map((text) => `${text}\n`).join('\n')}}\n`;
}
