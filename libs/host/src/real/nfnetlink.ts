import { endianness } from 'node:os';
import { OwnProcesses } from '../monitor/own-processes.ts';
import type { CoprocessAnswer } from './coprocess.ts';
import { NFNETLINK_RELAY } from './nfnetlink-relay.ts';
import { Relay } from './relay.ts';
import type { Runner } from './runner.ts';

/** The order of bytes that messages are written in. */
const ORDER = endianness();

const DEADLINE_MS = 60_000;

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
  readonly #relay: Relay;

  constructor(runner: Runner, own: OwnProcesses = new OwnProcesses(true)) {
    this.#relay = new Relay(runner, own, NFNETLINK_RELAY);
  }

  /** True when batches can be sent; else it is made ready from now on, and whoever asks does without. */
  ready(): boolean {
    if (!this.#relay.isReady && ORDER === 'LE') this.#relay.prepare();
    return this.#relay.isReady;
  }

  /** Sends one batch, where `ready` said so; the one before must have been answered. */
  async send(batch: Buffer): Promise<Sent> {
    const sent = became(await this.#relay.ask({ input: `${batch.toString('hex')}\n`, isWhole, deadlineMs: DEADLINE_MS }));
    if (sent.became === 'lost') this.giveUp();
    return sent;
  }

  /** Ends what it keeps running; it is made ready again when it is asked for. */
  close(): void {
    this.#relay.close();
  }

  /** Ends it, and does without for a while. */
  giveUp(): void {
    this.#relay.giveUp();
  }
}
