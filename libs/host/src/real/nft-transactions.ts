import type { StepOutcome } from '@weft/reconcile';
import { OwnProcesses } from '../monitor/own-processes.ts';
import { Nfnetlink } from './nfnetlink.ts';
import { NftProcess } from './nft-process.ts';
import type { Runner } from './runner.ts';

/** Carries out transactions one after the other, in the order of the calls, each in the fastest way there is: as messages to the kernel where they say all of it, else by nft. */
export class NftTransactions {
  readonly #messages: Nfnetlink;
  readonly #nft: NftProcess;
  /** Transactions that are under way or wait for those before them. */
  #pending = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(runner: Runner, own: OwnProcesses = new OwnProcesses(true)) {
    this.#messages = new Nfnetlink(runner, own);
    this.#nft = new NftProcess(runner, own);
  }

  /**
   * Does what `nft -f -` does with a text; `batchOf` says the same in messages, where they can, and is asked when they can be sent. When it is lost in the middle, the outcome has no exit code: whether the transaction was
   * carried out has to be seen from the kernel.
   */
  run(input: string, batchOf: () => Buffer | null = () => null): Promise<StepOutcome> {
    const start = () => {
      const batch = this.#messages.ready() ? batchOf() : null;
      return batch === null ? this.#nft.run(input) : this.#send(input, batch);
    };
    // When nothing is under way it begins before this returns: whoever has more to do meanwhile need not wait for its begin.
    const outcome = this.#pending === 0 ? start() : this.#last.then(start);
    this.#pending += 1;
    const settled = () => {
      this.#pending -= 1;
    };
    // What fails to run is its caller's to hear of; those behind it run all the same.
    this.#last = outcome.then(settled, settled);
    return outcome;
  }

  /** Ends the processes it keeps; a later transaction starts others. */
  close(): void {
    this.#messages.close();
    this.#nft.close();
  }

  async #send(input: string, batch: Buffer): Promise<StepOutcome> {
    const startedAt = performance.now();
    const sent = await this.#messages.send(batch);
    if (sent.became === 'refused') {
      // Nothing of it was done, and nft says in words what is wrong with it. Where nft finds nothing wrong the messages are.
      const outcome = await this.#nft.run(input);
      if (outcome.exitCode === 0) this.#messages.giveUp();
      return outcome;
    }
    const said = { argv: ['nfnetlink'], input, durationMs: performance.now() - startedAt };
    if (sent.became === 'done') return { ...said, exitCode: 0, stderr: '' };
    return { ...said, exitCode: null, stderr: `nfnetlink: ${sent.why}; whether it was carried out is not known` };
  }
}
