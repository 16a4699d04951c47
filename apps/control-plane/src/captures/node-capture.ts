import { randomBytes } from 'node:crypto';
import { AskError, type Asker } from '@weft/jobs';
import type { CaptureTerms, Id } from '@weft/model';
import { type LinkType, PcapReader, type PcapRecord } from './pcap.ts';

/** How long a node may take to begin, and to answer in between, in ms: after that it has ended what nobody asked about. */
const START_MS = 20_000;
const READ_MS = 5_000;

/** Where to capture: in a pod of a node, or, when it is null, on all links of the node itself. */
export interface CapturePlace {
  readonly node: string;
  readonly pod: Id<'pod'> | null;
}

/** A capture on a node. It ends by itself when it is not read for some seconds. */
export class NodeCapture {
  readonly #asker: Asker;
  readonly #place: CapturePlace;
  readonly #session = randomBytes(16).toString('hex');
  readonly #reader: PcapReader;
  #ended = false;
  #lost: string | null = null;

  constructor(asker: Asker, place: CapturePlace, linkType: LinkType) {
    this.#asker = asker;
    this.#place = place;
    this.#reader = new PcapReader(linkType);
  }

  /** Begins; what the node has against it, null when nothing. Throws AskError. */
  async start({ filter, snaplen, count, seconds }: CaptureTerms, signal: AbortSignal): Promise<string | null> {
    const { node, pod } = this.#place;
    const question = { kind: 'capture-start', session: this.#session, pod, filter, snaplen, count, seconds } as const;
    return (await this.#asker.ask(node, question, START_MS, signal)).refused;
  }

  /** What was captured meanwhile. Throws Error for what is no capture. */
  async read(signal: AbortSignal): Promise<readonly PcapRecord[]> {
    try {
      const question = { kind: 'capture-read', session: this.#session } as const;
      const { piece, ended } = await this.#asker.ask(this.#place.node, question, READ_MS, signal);
      this.#ended = ended !== null;
      return this.#reader.read(Buffer.from(piece, 'base64'));
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      // The node may have given a piece that nobody got: what comes after it is not what follows.
      this.#lost = `${this.#place.node}: ${error.message}`;
      return [];
    }
  }

  /** Why the rest of it will never be had, as when its executor died; null: it goes on, or was read to its end. */
  get lost(): string | null {
    return this.#lost;
  }

  /** True when nothing comes any more. */
  get over(): boolean {
    return this.#ended || this.lost !== null;
  }

  /** Ends it. Throws AskError: then it ends by itself. */
  async stop(): Promise<void> {
    await this.#asker.ask(this.#place.node, { kind: 'capture-stop', session: this.#session }, READ_MS);
  }
}
