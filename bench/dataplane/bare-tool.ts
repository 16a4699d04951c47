import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Milliseconds that a tool takes for a text, from its start to its end; the text lies in a file that is its standard input. Throws when it fails. */
export async function timeTool(folder: string, argv: readonly string[], text: string): Promise<number> {
  const path = join(folder, 'input');
  writeFileSync(path, text);
  const input = openSync(path, 'r');
  const [file = '', ...args] = argv;
  const startedAt = performance.now();
  const child = spawn(file, args, { stdio: [input, 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  const took = performance.now() - startedAt;
  closeSync(input);
  rmSync(path);
  if (code !== 0) throw new Error(`${argv.join(' ')} exited with ${code}`);
  return took;
}

/** Leads into a network namespace of its own, with as much in its kernel tables as is put there: what lies beside our own table costs every transaction, ours too. */
export const APART = ['ip', 'netns', 'exec', 'floor'] as const;

/** A bare interactive nft in the namespace apart: the least that one change can cost. */
export class BareNft {
  readonly #child = spawn(APART[0], [...APART.slice(1), 'nft', '-i'], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, HOME: '/dev/null', LC_ALL: 'C' },
  });
  #said = '';
  #asked = 0;
  #answered: () => void = () => undefined;

  constructor() {
    this.#child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      this.#said += piece;
      this.#answered();
    });
  }

  /** Milliseconds for one transaction. Throws when it is refused. */
  async time(text: string): Promise<number> {
    this.#asked += 1;
    const word = `)${this.#asked}`;
    const done = Promise.withResolvers<void>();
    this.#said = '';
    this.#answered = () => {
      if (this.#said.includes(`\n${word}\n`) && this.#said.endsWith('^\n')) done.resolve();
    };
    const startedAt = performance.now();
    this.#child.stdin.write(`${text.trimEnd().replaceAll('\n', '; ')}\n${word}\n`);
    await done.promise;
    const took = performance.now() - startedAt;
    if (this.#said.split('Error:').length > 2) throw new Error(this.#said);
    return took;
  }

  close(): void {
    this.#child.stdin.end();
  }
}
