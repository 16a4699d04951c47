import type { StepOutcome } from '@weft/reconcile';
import type { OwnProcesses, OwnProcessHandle } from '../monitor/own-processes.ts';
import { Coprocess } from './coprocess.ts';
import { doneWord, errorsBefore, isDone } from './nft-answer.ts';
import type { Runner } from './runner.ts';

/** An interactive nft reads byte by byte: 28 µs for 100 bytes. From about this many characters on a new process is faster. */
const LONGEST = 12 * 1024;

/** It remembers every transaction and becomes slower with each: 0.15 ms for the first, 0.18 for the 3,000th, 1 for the 12,000th. */
const TRANSACTIONS_MAX = 1_000;

const DEADLINE_MS = 60_000;

const BACKOFF_MS = { first: 1_000, longest: 60_000 } as const;

/** Does what `nft -f -` does, with a long-lived nft where that is faster: a fork costs ten times what a small transaction does, and more the larger we are. */
export class NftProcess {
  readonly #runner: Runner;
  readonly #own: OwnProcesses;
  #handle: OwnProcessHandle | null = null;
  #process: Coprocess | null = null;
  #transactions = 0;
  /** Ends in a row that were not ours to ask for. */
  #losses = 0;
  #notBefore = 0;

  constructor(runner: Runner, own: OwnProcesses) {
    this.#runner = runner;
    this.#own = own;
  }

  /**
   * Carries out one transaction, commands on lines of their own; the one before must have ended. When the process is lost in the middle, its outcome has no exit code: whether the transaction was
   * carried out has to be seen from the kernel.
   */
  run(input: string): Promise<StepOutcome> {
    return this.#isForProcess(input) ? this.#ask(input) : this.#fork(input);
  }

  /** Ends the process; a later transaction starts another one. */
  close(): void {
    this.#process?.close();
    this.#process = null;
    this.#handle?.ended();
    this.#handle = null;
  }

  #isForProcess(input: string): boolean {
    return input.length <= LONGEST && performance.now() >= this.#notBefore;
  }

  async #fork(input: string): Promise<StepOutcome> {
    const { argv, exitCode, durationMs, stderr } = await this.#runner.run(['nft', '-f', '-'], input);
    return { argv, input, exitCode, durationMs, stderr };
  }

  async #ask(input: string): Promise<StepOutcome> {
    const startedAt = performance.now();
    const argv = ['nft', '-i'] as const;
    if (this.#process?.alive !== true) {
      this.#handle?.ended();
      this.#process = new Coprocess(this.#runner.onHost(argv));
      this.#handle = this.#own.began(this.#process.pid, argv[0]);
      this.#transactions = 0;
    }
    this.#transactions += 1;
    const word = doneWord(this.#transactions);
    this.#handle?.active(true);
    const answer = await this.#process.ask({
      input: `${input.trimEnd().replaceAll('\n', '; ')}\n${word}\n`,
      isWhole: (text) => isDone(text, word),
      deadlineMs: DEADLINE_MS,
    });
    this.#handle?.active(false);
    const outcome = (exitCode: number | null, stderr: string): StepOutcome => ({
      argv,
      input,
      exitCode,
      stderr,
      durationMs: performance.now() - startedAt,
    });
    if (!answer.whole) {
      this.#lose();
      return outcome(null, `${answer.text}nft: ${answer.why}; whether it was carried out is not known`);
    }
    this.#losses = 0;
    if (this.#transactions >= TRANSACTIONS_MAX) this.close();
    const errors = errorsBefore(answer.text, word);
    return outcome(errors === '' ? 0 : 1, errors);
  }

  #lose(): void {
    this.close();
    this.#notBefore = performance.now() + Math.min(BACKOFF_MS.first * 2 ** this.#losses, BACKOFF_MS.longest);
    this.#losses += 1;
  }
}
