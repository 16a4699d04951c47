import type { StepOutcome } from '@weft/reconcile';
import type { OwnProcesses } from '../monitor/own-processes.ts';
import { type IpLines, ipRelay, relayAnswers, relayQuestion } from './ip-relay.ts';
import { Relay } from './relay.ts';
import type { Runner } from './runner.ts';

/** How long an ip may take, in seconds, and how long after that the program has to say so, in ms. */
const IP_SECONDS = 60;
const DEADLINE_MS = 70_000;

/** What a pipe holds (pipe(7)), in bytes: of longer lines the program would wait for who reads them. */
const LINES_MAX = 60_000;

/** So much is told of what it said that is no answer, as that it could not start another process. */
const SAID_MAX = 200;

interface Asked extends IpLines {
  readonly argv: readonly string[];
  readonly resolve: (outcome: StepOutcome) => void;
}

/**
 * Carries out lines of ip, on the host and inside pods. Only a process can be in a pod, so each pod takes one, and starting it is most of what a few lines cost: a small program that goes on running
 * does that (ip-relay.ts) for a fraction of what it costs us, and for pods that are asked for at the same time together. Where that program cannot be, we start ip.
 */
export class IpBatches {
  readonly #runner: Runner;
  /** Null: there is no such program for this processor. */
  readonly #relay: Relay | null;
  #waiting: Asked[] = [];
  #isAttended = false;

  constructor(runner: Runner, own: OwnProcesses) {
    this.#runner = runner;
    const program = ipRelay(IP_SECONDS);
    this.#relay = program === null ? null : new Relay(runner, own, program);
  }

  /**
   * Does what `ip -force -batch -`, or `ip -n NETNS -force -batch -`, does with the input, which is what the outcome calls it; it took as long as those that were asked for
   * together with it. When the program is lost in the middle, the outcome has no exit code.
   */
  run(netns: string | null, argv: readonly string[], input: string): Promise<StepOutcome> {
    const { promise, resolve } = Promise.withResolvers<StepOutcome>();
    this.#waiting.push({ netns, argv, input, resolve });
    if (!this.#isAttended) {
      this.#isAttended = true;
      // Whoever asks in the same turn is asked for together.
      queueMicrotask(() => this.#attend());
    }
    return promise;
  }

  /** Ends the program; later lines start another one. */
  close(): void {
    this.#relay?.close();
  }

  async #attend(): Promise<void> {
    while (this.#waiting.length > 0) {
      const asked = this.#next();
      try {
        const relay = asked.some(({ input }) => Buffer.byteLength(input) > LINES_MAX) ? null : this.#relay;
        await (relay !== null && (await relay.prepare()) ? this.#ask(relay, asked) : this.#without(asked));
      } catch (error) {
        const stderr = `ip: nothing was carried out: ${error instanceof Error ? error.message : error}`;
        for (const { argv, input, resolve } of asked) resolve({ argv, input, exitCode: null, durationMs: 0, stderr });
      }
    }
    this.#isAttended = false;
  }

  /** Takes what is next for each pod, and for the host. */
  #next(): readonly Asked[] {
    const first = new Map(this.#waiting.toReversed().map((one) => [one.netns, one]));
    const asked = this.#waiting.filter((one) => first.get(one.netns) === one);
    this.#waiting = this.#waiting.filter((one) => first.get(one.netns) !== one);
    return asked;
  }

  async #ask(relay: Relay, asked: readonly Asked[]): Promise<void> {
    const startedAt = performance.now();
    const isWhole = (text: string) => relayAnswers(text).length === asked.length;
    const answer = await relay.ask({ input: relayQuestion(asked), isWhole, deadlineMs: DEADLINE_MS });
    const durationMs = performance.now() - startedAt;
    const answers = relayAnswers(answer.text);
    const said = answers.length === 0 ? answer.text.slice(0, SAID_MAX) : '';
    const unknown = answer.whole ? '' : `${said}ip: ${answer.why}; whether it was carried out is not known`;
    for (const [at, { argv, input, resolve }] of asked.entries())
      resolve({ argv, input, durationMs, ...(answers[at] ?? { exitCode: null, stderr: unknown }) });
    if (!answer.whole) relay.close();
  }

  async #without(asked: readonly Asked[]): Promise<void> {
    for (const { argv, input, resolve } of asked) {
      const { exitCode, durationMs, stderr } = await this.#runner.run(argv, input);
      resolve({ argv, input, exitCode, durationMs, stderr });
    }
  }
}
