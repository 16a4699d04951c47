import type { Run } from '../executor.ts';

/** What takes back what a line of ipset or ipvsadm did, for the lines that a change of endpoints consists of. Throws Error for any other. */
function undoneLine(line: string): string {
  const [verb = '', ...rest] = line.split(' ');
  const upTo = (word: string) => rest.slice(0, rest.indexOf(word)).join(' ');
  if (verb === 'add' || verb === 'del') return [verb === 'add' ? 'del' : 'add', ...rest].join(' ');
  if (verb === '-a') return `-d ${upTo('-m')}`;
  if (verb === '-e' && rest.at(-1) === '0') return `-e ${rest.slice(0, -1).join(' ')} 1`;
  throw new Error(`nothing takes this back: ${line}`);
}

/** Runs of tools that take back what others did, the last first. */
export function undone(runs: readonly Run[]): Run[] {
  return runs.toReversed().map(({ argv, input }) => ({
    argv,
    input: `${input.trimEnd().split('\n').toReversed().map(undoneLine).join('\n')}\n`,
  }));
}
