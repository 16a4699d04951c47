import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@weft/testing';

const TAB = '\t';
/** Ctrl-T: each shell is told to write its command line down at it. */
const SHOW = '\u0014';
/** Ctrl-U: each of them forgets what is typed. */
const FORGET = '\u0015';

/** What each shell is started with, none of anybody's settings, and how it is told to write its command line, with a full stop after it, into the file `line`. */
const SHELLS = {
  bash: { argv: 'bash --norc --noprofile -i', show: `bind -x '"\\C-t": printf %s. "$READLINE_LINE" >line'` },
  zsh: { argv: 'zsh -f -i', show: `show() { printf %s. "$BUFFER" >line }; zle -N show; bindkey '^T' show; bindkey '^U' kill-whole-line` },
  fish: {
    argv: 'fish --no-config -i',
    show: `bind \\ct 'printf %s. (commandline -b | string collect --allow-empty) >line'; bind \\cu 'commandline ""'`,
  },
} as const;

export type ShellName = keyof typeof SHELLS;

/** How long a shell may take to answer, in ms. */
const PATIENCE_MS = 60_000;

/** Somebody's shell on a terminal, who types. */
export class Terminal {
  readonly #directory: string;
  readonly #child: ChildProcess;
  #shown = '';

  private constructor(directory: string, child: ChildProcess) {
    this.#directory = directory;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (this.#shown += text));
  }

  /**
   * Starts a shell, and waits until it has run some commands and reads a line.
   *
   * @param directory where it is, and has its home
   * @param commands what stands in its start-up file
   */
  static async open(shell: ShellName, directory: string, commands: string): Promise<Terminal> {
    const { argv, show } = SHELLS[shell];
    const env = { ...process.env, HOME: directory, PATH: `${directory}:${process.env.PATH}`, TERM: 'xterm' };
    // `script` gives the shell a terminal of its own, and ends it with this child's input.
    const child = spawn('script', ['--quiet', '--flush', '--command', argv, '/dev/null'], { cwd: directory, env, stdio: 'pipe' });
    const terminal = new Terminal(directory, child);
    await terminal.#answer(`${commands}; ${show}; printf . >line\n`);
    return terminal;
  }

  /** What stands on the command line after some letters and Tab. */
  async tab(typed: string): Promise<string> {
    const line = await this.#answer(typed + TAB + SHOW);
    this.#type(FORGET);
    return line;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  #type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** What the shell writes into the file `line` when it has read this, without the full stop. */
  async #answer(typed: string): Promise<string> {
    const file = join(this.#directory, 'line');
    await rm(file, { force: true });
    this.#type(typed);
    const text = await eventually(
      `an answer to ${JSON.stringify(typed)}`,
      async () => {
        const written = await readFile(file, 'utf8').catch(() => '');
        return written.endsWith('.') ? written : null;
      },
      { withinMs: PATIENCE_MS, everyMs: 50 },
    ).catch((error) => {
      throw new Error(`the terminal shows ${JSON.stringify(this.#shown.slice(-2000))}`, { cause: error });
    });
    return text.slice(0, -1);
  }
}
