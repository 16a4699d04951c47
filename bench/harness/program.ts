import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Figure } from './figure.ts';

/** Leads into a network namespace of its own, with mounts of its own. */
export const OWN_NETWORK = ['unshare', '--net', '--mount', '--propagation', 'private', '--'] as const;

/** Longest time for one program; the largest sizes of an area may need as long. */
const DEADLINE_MS = 480_000;

/** The figures in what a program printed; other lines are somebody else's. */
export const figuresIn = (said: string): Figure[] =>
  said
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Figure => JSON.parse(line));

/** Has a program of its own measure, which prints one figure a line as JSON. Throws Error when it does not end well. */
export async function figuresOf(argv: readonly string[]): Promise<Figure[]> {
  const [file = '', ...args] = argv;
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
  });
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  if (code !== 0)
    throw new Error(`${argv.join(' ')} ${signal === null ? `ended with ${code}` : `took longer than ${DEADLINE_MS / 1000} s`}`);
  return figuresIn(said);
}

/** Prints figures as the one who started this program reads them. */
export function printFigures(figures: readonly Figure[]): void {
  for (const one of figures) console.log(JSON.stringify(one));
}
