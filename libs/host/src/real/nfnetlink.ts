import { OwnProcesses, type OwnProcessHandle } from '../monitor/own-processes.ts';
import { Coprocess, type CoprocessAnswer } from './coprocess.ts';
import { NFNETLINK_RELAY } from './nfnetlink-relay.ts';
import type { Runner } from './runner.ts';

const DEADLINE_MS = 60_000;

/** A host without Perl, or on which it may not do this, is not asked again and again. */
const PAUSE_MS = 60_000;

/**
 * What became of a batch. `refused`: the kernel took nothing of it, and says why in a number that tells nobody which of its elements it means. `lost`: whether it was carried out is not
 * known, and why that is.
 */
export type Sent = { readonly became: 'done' } | { readonly became: 'refused' } | { readonly became: 'lost'; readonly why: string };

const isWhole = (text: string) => text.endsWith('\n');

function became(answer: CoprocessAnswer): Sent {
  if (!answer.whole) return { became: 'lost', why: answer.why };
  if (answer.text === '0\n') return { became: 'done' };
  if (/^[1-9]\d*\n$/.test(answer.text)) return { became: 'refused' };
  return { became: 'lost', why: `answered ${JSON.stringify(answer.text.trim().slice(0, 200))}` };
}

/**
 * Speaks with the kernel's nf_tables itself, where nft would be asked to: a change of one element takes the kernel 10 µs, and nft 300, which reads its words letter by letter and asks the kernel
 * for all sets there are before it says what it was told.
 */
export class Nfnetlink {
  readonly #runner: Runner;
  readonly #own: OwnProcesses;
  #relay: Coprocess | null = null;
  #handle: OwnProcessHandle | null = null;
  #isReady = false;
  #notBefore = 0;

  constructor(runner: Runner, own: OwnProcesses = new OwnProcesses(true)) {
    this.#runner = runner;
    this.#own = own;
  }

  /** True when batches can be sent; else it is made ready from now on, and whoever asks does without. */
  ready(): boolean {
    if (this.#relay?.alive !== true) {
      this.close();
      if (performance.now() >= this.#notBefore) void this.#begin();
    }
    return this.#isReady;
  }

  /** Sends one batch, where `ready` said so; the one before must have been answered. */
  async send(batch: Buffer): Promise<Sent> {
    if (this.#relay === null) throw new Error('nobody is there to be asked');
    this.#handle?.active(true);
    const sent = became(await this.#relay.ask({ input: `${batch.toString('hex')}\n`, isWhole, deadlineMs: DEADLINE_MS }));
    this.#handle?.active(false);
    if (sent.became === 'lost') this.close();
    return sent;
  }

  /** Ends what it keeps running; it is made ready again when it is asked for. */
  close(): void {
    this.#isReady = false;
    this.#relay?.close();
    this.#relay = null;
    this.#handle?.ended();
    this.#handle = null;
  }

  async #begin(): Promise<void> {
    this.#notBefore = performance.now() + PAUSE_MS;
    const relay = new Coprocess(this.#runner.onHost(['perl', '-e', NFNETLINK_RELAY]));
    this.#relay = relay;
    this.#handle = this.#own.began(relay.pid, 'perl');
    this.#handle.active(false);
    const answer = await relay.ask({ input: '\n', isWhole, deadlineMs: DEADLINE_MS });
    if (this.#relay !== relay) return;
    if (answer.whole && answer.text === 'ready\n') this.#isReady = true;
    else this.close();
  }
}
