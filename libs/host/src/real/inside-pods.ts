import { closeSync, ftruncateSync, writeSync } from 'node:fs';
import type { StepOutcome } from '@weft/reconcile';
import { openNameless } from '../exec.ts';
import type { OwnProcesses, OwnProcessHandle } from '../monitor/own-processes.ts';
import { Coprocess } from './coprocess.ts';
import { errorsBefore, isDone, pastLines } from './ip-answer.ts';
import type { Runner } from './runner.ts';

/** The descriptor at which the process and those that it starts find what is to be done inside a pod. */
const LINES = 3;

const DEADLINE_MS = 60_000;

/**
 * Carries out lines of ip inside pods. Only a process can be in a pod, so each pod takes one; a small one that goes on running starts it, of which that costs a fraction of
 * what it costs us. The small one has no lines of its own but that: an ip that runs for long remembers which link has which number, and others may have
 * made links anew. One pod after the other.
 */
export class InsidePods {
  readonly #runner: Runner;
  readonly #own: OwnProcesses;
  #process: Coprocess | null = null;
  #handle: OwnProcessHandle | null = null;
  #lines: number | null = null;
  #asked = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(runner: Runner, own: OwnProcesses) {
    this.#runner = runner;
    this.#own = own;
  }

  /** Does what `ip -n NETNS -force -batch -` does, which is what the outcome calls it. When the process is lost in the middle, the outcome has no exit code. */
  run(netns: string, argv: readonly string[], input: string): Promise<StepOutcome> {
    const outcome = this.#last.then(() => this.#ask(netns, argv, input));
    this.#last = outcome.catch(() => undefined);
    return outcome;
  }

  /** Ends the process; a later line starts another one. */
  close(): void {
    this.#process?.close();
    this.#process = null;
    this.#handle?.ended();
    this.#handle = null;
    if (this.#lines !== null) closeSync(this.#lines);
    this.#lines = null;
  }

  async #ask(netns: string, argv: readonly string[], input: string): Promise<StepOutcome> {
    const startedAt = performance.now();
    const process = this.#started();
    ftruncateSync(this.#lines as number);
    writeSync(this.#lines as number, input, 0);
    this.#asked += 1;
    const asked = this.#asked;
    this.#handle?.active(true);
    const answer = await process.ask({
      input: `netns exec ${netns} ip -force -batch /proc/self/fd/${LINES}\n${pastLines(asked)}\n`,
      isWhole: (text) => isDone(text, asked),
      deadlineMs: DEADLINE_MS,
    });
    this.#handle?.active(false);
    const durationMs = performance.now() - startedAt;
    if (!answer.whole) {
      this.close();
      return {
        argv,
        input,
        exitCode: null,
        durationMs,
        stderr: `${answer.text}ip: ${answer.why}; whether it was carried out is not known`,
      };
    }
    const stderr = errorsBefore(answer.text, asked).replaceAll(`/proc/self/fd/${LINES}:`, '-:');
    return { argv, input, exitCode: stderr.includes('Command failed ') ? 1 : 0, durationMs, stderr };
  }

  #started(): Coprocess {
    if (this.#process?.alive === true) return this.#process;
    this.close();
    const argv = ['ip', '-force', '-batch', '-'] as const;
    this.#lines = openNameless('');
    this.#process = new Coprocess(this.#runner.onHost(argv), [this.#lines]);
    this.#handle = this.#own.began(this.#process.pid, argv[0]);
    return this.#process;
  }
}
