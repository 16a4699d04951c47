import { randomBytes } from 'node:crypto';
import { AskError, type Asker, type TraceReadAnswer, type TraceSendQuestion, type TraceStartQuestion } from '@weft/jobs';
import type { SeenOn } from './correlate.ts';
import type { WatchedNode } from './scope.ts';

/** How long a node may take to begin, and to answer in between, in ms. */
const START_MS = 20_000;
const READ_MS = 10_000;

/** What is to be sent. */
export type Sending = Pick<TraceSendQuestion, 'pod' | 'protocol' | 'sourcePort' | 'destination' | 'port' | 'timeoutMs'>;

/** A trace on a node. It ends by itself when it is not read for some seconds. */
export class NodeTrace {
  readonly #asker: Asker;
  readonly #session = randomBytes(16).toString('hex');
  readonly node: string;
  /** Everything that was seen, in the order in which it was told. */
  readonly seen: SeenOn[] = [];
  /** What came of the packet that was sent; null: nothing yet, or none was. */
  sent: TraceReadAnswer['sent'] = null;
  /** Why the node says nothing; null: it does. */
  silent: string | null = null;

  constructor(asker: Asker, node: string) {
    this.#asker = asker;
    this.node = node;
  }

  /** Begins. A node that cannot be asked is silent. */
  async start({ flows }: WatchedNode, how: Pick<TraceStartQuestion, 'protocol' | 'droppedOnly'>, signal: AbortSignal): Promise<void> {
    await this.#heeding(async () => {
      const question = { kind: 'trace-start', session: this.#session, ...how, flows } as const;
      await this.#asker.ask(this.node, question, START_MS, signal);
    });
  }

  /** Sends. A node that cannot be asked is silent. */
  async send(sending: Sending, signal: AbortSignal): Promise<void> {
    await this.#heeding(async () => {
      await this.#asker.ask(this.node, { kind: 'trace-send', session: this.#session, ...sending }, READ_MS, signal);
    });
  }

  /** Takes in what was seen meanwhile. */
  async read(signal: AbortSignal): Promise<void> {
    if (this.silent !== null) return;
    await this.#heeding(async () => {
      const { sightings, sent } = await this.#asker.ask(this.node, { kind: 'trace-read', session: this.#session }, READ_MS, signal);
      this.seen.push(...sightings.map((sighting) => ({ node: this.node, sighting })));
      this.sent = sent;
    });
  }

  /** Ends it. One that cannot be reached ends by itself. */
  async stop(): Promise<void> {
    await this.#asker.ask(this.node, { kind: 'trace-stop', session: this.#session }, READ_MS).catch(() => undefined);
  }

  async #heeding(ask: () => Promise<void>): Promise<void> {
    try {
      await ask();
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      this.silent = error.message;
    }
  }
}
