import type { OwnProcesses, OwnProcessHandle } from '../monitor/own-processes.ts';
import { Coprocess, type CoprocessAnswer, type CoprocessQuestion } from './coprocess.ts';
import type { Runner } from './runner.ts';

const START_MS = 60_000;

/** A host without Perl, or on which it may not do this, is not asked again and again. */
const PAUSE_MS = 60_000;

/** A Perl program that does for us what Node.js cannot, or not as fast: it says `ready` on standard error, and then answers what it is asked. */
export interface RelayProgram {
  /** What it calls itself and nothing else is called: at most 15 characters (TASK_COMM_LEN less its end). */
  readonly name: string;
  readonly source: string;
  readonly args: readonly string[];
}

/** Keeps such a program running on a host. Where it cannot be, it is to be done without for a while. */
export class Relay {
  readonly #runner: Runner;
  readonly #own: OwnProcesses;
  readonly #program: RelayProgram;
  #process: Coprocess | null = null;
  #handle: OwnProcessHandle | null = null;
  #prepared: Promise<boolean> = Promise.resolve(false);
  #isReady = false;
  #notBefore = 0;

  constructor(runner: Runner, own: OwnProcesses, program: RelayProgram) {
    this.#runner = runner;
    this.#own = own;
    this.#program = program;
  }

  /** True when it waits to be asked. */
  get isReady(): boolean {
    return this.#isReady && this.#process?.alive === true;
  }

  /** Resolves with whether it waits to be asked; it is started where it is not there. Never rejects. */
  prepare(): Promise<boolean> {
    if (this.#process?.alive === false) this.close();
    if (this.#process === null) this.#prepared = performance.now() < this.#notBefore ? Promise.resolve(false) : this.#start();
    return this.#prepared;
  }

  /** Asks it, where it is ready; what was asked before must have been answered. Who loses it in the middle is told so. */
  async ask(question: CoprocessQuestion): Promise<CoprocessAnswer> {
    if (this.#process === null) throw new Error(`${this.#program.name} is not there to be asked`);
    return this.#process.ask(question);
  }

  /** Ends it; it can be started again. */
  close(): void {
    this.#isReady = false;
    this.#process?.close();
    this.#process = null;
    this.#handle?.ended();
    this.#handle = null;
  }

  /** Ends it, and does without for a while. */
  giveUp(): void {
    this.close();
    this.#notBefore = performance.now() + PAUSE_MS;
  }

  async #start(): Promise<boolean> {
    const { name, source, args } = this.#program;
    let process: Coprocess;
    try {
      process = new Coprocess(this.#runner.onHost(['perl', '-e', source, ...args]));
    } catch {
      this.giveUp();
      return false;
    }
    this.#process = process;
    // It is known by its name even when it has answered before anybody tells what it did.
    this.#handle = this.#own.began(process.pid, name);
    const answer = await process.ask({ input: '', isWhole: (text) => text === 'ready\n', deadlineMs: START_MS });
    // It was closed meanwhile.
    if (this.#process !== process) return false;
    this.#isReady = answer.whole;
    if (!answer.whole) this.giveUp();
    return answer.whole;
  }
}
