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

/** Makes a text the whole content of a file. Throws when not all of it can be written. */
function fill(file: number, text: string): void {
  const content = Buffer.from(text);
  ftruncateSync(file);
  // On a disk that has just become full a write takes a part; it is the next one that fails.
  for (let at = 0; at < content.length; ) at += writeSync(file, content, at, content.length - at, at);
}

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
    const outcome = (exitCode: number | null, stderr: string): StepOutcome => ({
      argv,
      input,
      exitCode,
      stderr,
      durationMs: performance.now() - startedAt,
    });
    let process: Coprocess;
    try {
      process = this.#prepared(input);
    } catch (error) {
      return outcome(null, `ip: nothing was carried out: ${error instanceof Error ? error.message : error}`);
    }
    this.#asked += 1;
    const asked = this.#asked;
    this.#handle?.active(true);
    const answer = await process.ask({
      input: `netns exec ${netns} ip -force -batch /proc/self/fd/${LINES}\n${pastLines(asked)}\n`,
      isWhole: (text) => isDone(text, asked),
      deadlineMs: DEADLINE_MS,
    });
    this.#handle?.active(false);
    const stderr = answer.whole ? errorsBefore(answer.text, asked).replaceAll(`/proc/self/fd/${LINES}:`, '-:') : answer.text;
    // An ip that cannot enter a pod goes on as a child of the one before and reads in its place: the line of them ends with their input.
    if (stderr !== '' || !answer.whole) this.close();
    if (!answer.whole) return outcome(null, `${stderr}ip: ${answer.why}; whether it was carried out is not known`);
    return outcome(stderr.includes('Command failed ') ? 1 : 0, stderr);
  }

  /** The process, and the lines where it finds them. Throws when there is no place for them. */
  #prepared(input: string): Coprocess {
    const process = this.#started();
    fill(this.#lines as number, input);
    return process;
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
