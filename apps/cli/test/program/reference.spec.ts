import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { KINDS } from '../../src/kinds/all-kinds.ts';
import { weftProgram } from '../../src/program/program.ts';
import { repositoryRoot } from '../../src/repository.ts';

const isHidden = (command: Command) => '_hidden' in command && command._hidden === true;

/** A text in which angle brackets are not HTML; what is between backticks is left alone. */
const prose = (text: string) => text.replace(/`[^`]*`|</g, (part) => (part === '<' ? '&lt;' : part));

/** A cell of a table. */
const cell = (text: string) => prose(text).replaceAll('|', '\\|').replaceAll('\n', ' ');

const row = (...cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;

/** What a help says after its options. */
function afterOptions(command: Command): string {
  const parts: string[] = [];
  command.configureOutput({ writeOut: (part) => void parts.push(part) }).outputHelp();
  return (parts.join('').split('\nExamples:\n')[1] ?? '').trimEnd();
}

function page(command: Command, words: string): string[] {
  const below = command.commands.filter((one) => !isHidden(one)).flatMap((one) => page(one, `${words} ${one.name()}`));
  if (command.commands.length > 0 && command.registeredArguments.length === 0) return below;
  const [examples = '', ...notes] = afterOptions(command).split('\n\n');
  const options = command.options.filter(({ hidden }) => !hidden);
  return [
    `## ${words}`,
    '',
    `${command.description()}.`,
    '',
    '```',
    examples.replace(/^ {2}/gm, ''),
    '```',
    ...(command.registeredArguments.length + options.length === 0 ? [] : ['', row('', ''), '|---|---|']),
    ...command.registeredArguments.map((one) => row(`\`${one.required ? `<${one.name()}>` : `[${one.name()}]`}\``, one.description)),
    ...options.map(({ flags, description, argChoices }) =>
      row(`\`${flags}\``, `${description}${argChoices ? ` (${argChoices.join(', ')})` : ''}`),
    ),
    ...notes.flatMap((note) => ['', prose(note)]),
    '',
    ...below,
  ];
}

const kinds = [
  row('kind', 'short', 'in a namespace', 'verbs', 'chosen by', 'columns (with `-o wide`)', 'operations of the API'),
  '|---|---|---|---|---|---|---|',
  ...KINDS.map((kind) =>
    row(
      `\`${kind.plural}\``,
      kind.shortNames.join(', '),
      kind.namespaced ? 'yes' : 'no',
      ['get', ...kind.verbs.filter((verb) => verb !== 'view')].join(', '),
      Object.keys(kind.filters).join(', '),
      `${kind.columns.flatMap(({ heading, wide }) => (wide ? [] : [heading])).join(', ')} (${kind.columns.flatMap(({ heading, wide }) => (wide ? [heading] : [])).join(', ')})`,
      `\`${kind.operation}…\``,
    ),
  ),
];

it('writes docs/reference/command-line.md', async () => {
  const text = [
    '# Commands',
    '',
    'Generated from the program by `apps/cli/test/program/reference.spec.ts` (`-u` writes it anew). How to use it: [howto/command-line.md](../howto/command-line.md).',
    '',
    '## Kinds of objects',
    '',
    ...kinds,
    '',
    ...page(weftProgram(), 'weft'),
  ];
  await expect(`${text.join('\n').trimEnd()}\n`).toMatchFileSnapshot(join(repositoryRoot(), 'docs/reference/command-line.md'));
});
