import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** What came of a question: the whole answer; or the process ended or was ended before it, with what it had said by then. */
export type CoprocessAnswer =
  | { readonly whole: true; readonly text: string }
  | { readonly whole: false; readonly text: string; readonly why: string };

/** How to put a question to a tool. */
export interface CoprocessQuestion {
  readonly input: string;
  /** True when the text is the whole answer to this question. Answers come in pieces of any size. */
  readonly isWhole: (text: string) => boolean;
  readonly deadlineMs: number;
}

/**
 * A tool that goes on reading commands and answers on standard error, which no tool buffers. It ends when we do, however we end: its input ends then. While it is not
 * asked anything it does not keep us running.
 */
export class Coprocess {
  readonly #child: ChildProcess;
  /** What spawn makes for a pipe; its types do not say so. Where there are no descriptors left it makes none. */
  readonly #stdin: Socket | undefined;
  readonly #said: Socket | undefined;
  #text = '';
  #ended: string | null = null;
  #heard: () => void = () => undefined;

  constructor(argv: readonly [string, ...string[]]) {
    const [file, ...args] = argv;
    // Without a home, a tool with line editing has no file to keep its history in.
    const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C', HOME: '/dev/null' };
    this.#child = spawn(file, args, { stdio: ['pipe', 'ignore', 'pipe'], env });
    this.#child.once('error', (error) => this.#end(`could not be started (${error.message})`));
    this.#stdin = this.#child.stdin as Socket | undefined;
    this.#said = this.#child.stderr as Socket | undefined;
    this.#said?.setEncoding('utf8').on('data', (piece: string) => {
      this.#text += piece;
      this.#heard();
    });
    // Not `exit`: until the last holder of its pipes is gone, something of it may still be at work.
    this.#child.once('close', (code, signal) => this.#end(signal === null ? `ended with exit status ${code}` : `killed by ${signal}`));
    // What could not be written is told by the process's end.
    this.#stdin?.on('error', () => undefined);
    this.#hold(false);
  }

  /** Its number; undefined: it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** False when it is gone: it takes no more questions. */
  get alive(): boolean {
    return this.#ended === null;
  }

  /** Asks one question; the one before must have been answered. At the deadline the process is killed, and what it was doing has ended when this resolves. */
  async ask({ input, isWhole, deadlineMs }: CoprocessQuestion): Promise<CoprocessAnswer> {
    const answer = Promise.withResolvers<CoprocessAnswer>();
    let late = false;
    this.#text = '';
    this.#heard = () => {
      if (isWhole(this.#text)) answer.resolve({ whole: true, text: this.#text });
      else if (this.#ended !== null)
        answer.resolve({ whole: false, text: this.#text, why: late ? 'killed, it took too long' : this.#ended });
    };
    const timer = setTimeout(() => {
      late = true;
      this.#child.kill('SIGKILL');
    }, deadlineMs);
    this.#hold(true);
    if (this.alive) this.#stdin?.write(input);
    this.#heard();
    const given = await answer.promise;
    clearTimeout(timer);
    this.#hold(false);
    this.#heard = () => undefined;
    return given;
  }

  /** Lets it end: it finishes what it has read and finds its input at an end. */
  close(): void {
    this.#stdin?.end();
  }

  #end(how: string): void {
    this.#ended ??= how;
    this.#heard();
  }

  /** Whether this process waits for that one before it ends. */
  #hold(hold: boolean): void {
    const does = hold ? 'ref' : 'unref';
    for (const handle of [this.#child, this.#stdin, this.#said]) handle?.[does]();
  }
}
