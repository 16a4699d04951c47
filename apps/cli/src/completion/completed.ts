import type { Command, Option } from 'commander';

/** What can stand where something is completed: words that are known, or something that the fleet knows. */
export interface Candidates {
  readonly words: readonly string[];
  /** Set when names from the fleet belong there as well. */
  readonly ask?: Question;
  /** True where the names of contexts belong. */
  readonly contexts?: boolean;
}

/** What is asked of the fleet: names of objects of some kinds, written after a prefix such as `svc/`. */
export interface Question {
  readonly kinds: string;
  readonly prefix: string;
  /** What the line says of where to ask. */
  readonly namespace?: string;
  readonly context?: string;
  readonly state?: string;
}

/** Options that say where names are asked for. */
const WHERE: Readonly<Record<string, 'namespace' | 'context' | 'state'>> = {
  '--namespace': 'namespace',
  '--context': 'context',
  '--state': 'state',
};

/** What stands in the place of arguments and option values, by the name they have in the help. */
export type Places = (place: string, before: readonly string[], word: string) => Candidates;

const NOTHING: Candidates = { words: [] };

const flagsOf = ({ options }: Command): string[] =>
  options.filter(({ hidden }) => !hidden).flatMap(({ long, short }) => long ?? short ?? []);

const optionOf = (command: Command, flag: string): Option | undefined =>
  command.options.find(({ short, long }) => flag === short || flag === long);

const takesValue = (option: Option) => option.required || option.optional;

const subcommand = (command: Command, word: string): Command | undefined =>
  command.commands.find((one) => one.name() === word || one.aliases().includes(word));

/** Reads words from the left: which command they lead to, its arguments so far, and an option that waits for its value. */
export function walk(program: Command, words: readonly string[]) {
  let command = program;
  let waiting: Option | null = null;
  const where: { namespace?: string; context?: string; state?: string } = {};
  const given: string[] = [];
  for (const word of words) {
    if (waiting !== null) {
      const said = WHERE[waiting.long ?? ''];
      if (said !== undefined) where[said] = word;
      waiting = null;
    } else if (word.startsWith('-')) {
      const option = optionOf(command, word);
      waiting = option !== undefined && takesValue(option) ? option : null;
    } else {
      const next = given.length === 0 ? subcommand(command, word) : undefined;
      if (next === undefined) given.push(word);
      else command = next;
    }
  }
  return { command, given, waiting, where };
}

/** What can stand where the cursor is: `words` are those before it, without the name of the program, and `word` is what is there of it. */
export function candidates(program: Command, words: readonly string[], word: string, places: Places): Candidates {
  const { command, given, waiting, where } = walk(program, words);
  const matching = ({ words: all, ask, contexts }: Candidates): Candidates => ({
    words: all.filter((one) => one.startsWith(word)),
    ...(contexts ? { contexts } : {}),
    ...(ask === undefined ? {} : { ask: { ...ask, ...where } }),
  });
  if (waiting !== null) return matching(waiting.argChoices ? { words: waiting.argChoices } : places(waiting.long ?? '', given, word));
  if (word.startsWith('-')) return matching({ words: [...flagsOf(command), '--help'] });
  const subcommands =
    given.length === 0 ? command.commands.filter((one) => !('_hidden' in one && one._hidden)).map((one) => one.name()) : [];
  const expected = command.registeredArguments[given.length] ?? command.registeredArguments.findLast(({ variadic }) => variadic);
  if (expected === undefined) return matching({ words: subcommands });
  const there = expected.argChoices ? { words: expected.argChoices } : places(expected.name(), given, word);
  return matching({ ...there, words: [...subcommands, ...(there ?? NOTHING).words] });
}
