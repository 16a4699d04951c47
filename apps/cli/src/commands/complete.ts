import type { Command } from 'commander';
import { askContexts, askNames } from '../completion/ask.ts';
import { candidates } from '../completion/completed.ts';
import { placeOf } from '../completion/places.ts';

/** Prints what can stand where the cursor is, one a line: `words` are those after the name of the program, the last of them as far as it is typed. */
export async function complete(program: Command, words: readonly string[]): Promise<void> {
  const word = words.at(-1) ?? '';
  const { words: known, ask, contexts } = candidates(program, words.slice(0, -1), word, placeOf);
  const asked = [...(ask === undefined ? [] : await askNames(ask)), ...(contexts ? await askContexts() : [])];
  const offered = [...new Set([...known, ...asked.filter((name) => name.startsWith(word))])];
  if (offered.length > 0) console.log(offered.join('\n'));
}
