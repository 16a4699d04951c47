import { ByteQueue } from './byte-queue.ts';
import { type CaptureOrder, CaptureRefusedError, type PacketCapture, type PacketCaptures } from './packet-captures.ts';

/** A capture in memory: what a test lets it see is there to be taken. */
export class FakeCapture implements PacketCapture {
  readonly order: CaptureOrder;
  closed = false;
  #why: string | null = null;
  readonly #captured = new ByteQueue();

  constructor(order: CaptureOrder) {
    this.order = order;
  }

  /** Lets it capture these bytes of a pcap stream. */
  see(bytes: Buffer): void {
    this.#captured.push(bytes);
  }

  end(why: string): void {
    this.#why = why;
  }

  take(max: number): Buffer {
    return this.#captured.take(max);
  }

  get ended(): string | null {
    return this.#captured.length === 0 ? this.#why : null;
  }

  close(): void {
    this.closed = true;
  }
}

/** A host on which captures can be begun, and that knows those that were. Give it a refusal, and it refuses. */
export class FakeCaptures implements PacketCaptures {
  readonly begun: FakeCapture[] = [];
  refusal: string | null = null;

  async begin(order: CaptureOrder): Promise<FakeCapture> {
    if (this.refusal !== null) throw new CaptureRefusedError(this.refusal);
    const capture = new FakeCapture(order);
    this.begun.push(capture);
    return capture;
  }
}
