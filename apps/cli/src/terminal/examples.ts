/** One command line and what it does. */
export type Example = readonly [command: string, does: string];

/** What a help ends with, for `addHelpText('after', …)`: examples, and what else is to be said. */
export function examples(all: readonly Example[], notes: readonly string[] = []): string {
  const lines = all.flatMap(([line, does]) => [`  # ${does}`, `  ${line}`]);
  return `\nExamples:\n${lines.join('\n')}${notes.map((note) => `\n\n${note}`).join('')}`;
}
