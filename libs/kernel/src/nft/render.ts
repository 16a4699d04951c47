import { chainLines, mapElements, mapLines, ruleLine, setElements, setLines } from './declaration.ts';
import type { NftCommand } from './table.ts';
import { nftText } from './text.ts';

type CommandOf<Do, Command = NftCommand> = Command extends { readonly do: infer D } ? (Do extends D ? Command : never) : never;

const block = (lines: readonly string[]) => (lines.length === 0 ? '' : ` { ${lines.map((line) => line.replace(/;?$/, ';')).join(' ')} }`);
const list = (elements: readonly string[]) => ` { ${elements.join(', ')} }`;
const name = (text: string) => ` ${nftText('name', text)}`;

/** What each command is in nft's words: the verb, and what follows the table. */
const WORDS: { readonly [Do in NftCommand['do']]: (command: CommandOf<Do>) => readonly [verb: string, rest: string] } = {
  'add-table': () => ['add table', ''],
  'delete-table': () => ['delete table', ''],
  'add-set': ({ set }) => ['add set', name(set.name) + block(setLines(set))],
  'add-map': ({ map }) => ['add map', name(map.name) + block(mapLines(map))],
  'delete-set': (command) => ['delete set', name(command.name)],
  'delete-map': (command) => ['delete map', name(command.name)],
  'add-chain': ({ chain }) => ['add chain', name(chain.name) + block(chainLines(chain))],
  'flush-chain': (command) => ['flush chain', name(command.name)],
  'delete-chain': (command) => ['delete chain', name(command.name)],
  'add-rule': ({ chain, rule }) => ['add rule', `${name(chain)} ${ruleLine(rule)}`],
  'add-elements': ({ set, elements }) => ['add element', name(set) + list(setElements(elements))],
  'delete-elements': ({ set, elements }) => ['delete element', name(set) + list(setElements(elements))],
  'add-map-elements': ({ map, elements }) => ['add element', name(map) + list(mapElements(elements))],
  'delete-map-elements': ({ map, keys }) => ['delete element', name(map) + list(setElements(keys))],
};

/**
 * Commands on one table as text for `nft -f -`, which carries it out as one transaction: all of it or nothing. One command per line, no
 * line depends on being a line, so an interactive nft can be given the same commands joined by `; `.
 * Throws RangeError for a name, element, rule or comment with characters that could be read as something else.
 */
export function renderNft(commands: readonly NftCommand[], family: 'ip' | 'ip6', table: string): string {
  const where = ` ${family}${name(table)}`;
  return commands
    .map((command) => {
      const [verb, rest] = (WORDS[command.do] as (command: NftCommand) => readonly [string, string])(command);
      return `${verb}${where}${rest}\n`;
    })
    .join('');
}
