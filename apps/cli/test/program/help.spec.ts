import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { weftProgram, withAllBelow } from '../../src/program/program.ts';

const isHidden = (command: Command) => '_hidden' in command && command._hidden === true;

/** Commands that do something, with the words that call them. */
const COMMANDS = (function calls(command: Command, words: readonly string[]): { command: Command; words: readonly string[] }[] {
  const below = command.commands.filter((one) => !isHidden(one)).flatMap((one) => calls(one, [...words, one.name()]));
  const does = command.commands.length === 0 || command.registeredArguments.length > 0;
  return does && words.length > 1 ? [{ command, words }, ...below] : below;
})(weftProgram(), ['weft']);

function helpOf(command: Command): string {
  const parts: string[] = [];
  command.configureOutput({ writeOut: (part) => void parts.push(part) }).outputHelp();
  return parts.join('');
}

it.each(COMMANDS.map(({ command, words }) => [words.join(' '), command] as const))(
  '%s --help has examples that call it',
  (words, command) => {
    const [, examples = ''] = helpOf(command).split('\nExamples:\n');
    const lines = examples.split('\n\n')[0]?.split('\n') ?? [];
    const calls = lines.filter((line) => line.trim() !== '' && !line.startsWith('  # '));
    expect(calls, 'no examples').not.toEqual([]);
    for (const line of calls) expect(line).toContain(words);
  },
);

it('describes every command, option and argument', () => {
  for (const command of withAllBelow(weftProgram()).filter((one) => !isHidden(one))) {
    expect(command.description(), command.name()).not.toBe('');
    for (const option of command.options) expect(option.description, `${command.name()} ${option.flags}`).not.toBe('');
  }
});

it('lets every command that speaks to a fleet be told which', () => {
  const local = ['up', 'down', 'demo'];
  for (const command of withAllBelow(weftProgram())) {
    const flags = command.options.map(({ long }) => long);
    if (flags.includes('--state') && !local.includes(command.name())) expect(flags, command.name()).toContain('--context');
  }
});
