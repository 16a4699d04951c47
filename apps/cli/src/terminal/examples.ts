import type { Command } from 'commander';

/** One command line and what it does. */
export type Example = readonly [command: string, does: string];

/** What a help ends with: examples, and what else is to be said. */
export function addExamples(command: Command, examples: readonly Example[], notes: readonly string[] = []): Command {
  const lines = examples.flatMap(([line, does]) => [`  # ${does}`, `  ${line}`]);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}${notes.map((note) => `\n\n${note}`).join('')}`);
}
