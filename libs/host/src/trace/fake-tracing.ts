import type { PacketTracing, RunningTrace, SendOrder, SendOutcome, Sighting, TraceOrder } from './packet-tracing.ts';

/** A trace in memory: what a test lets it see is there to be taken. */
export class FakeTrace implements RunningTrace {
  readonly order: TraceOrder;
  closed = false;
  #seen: Sighting[] = [];

  constructor(order: TraceOrder) {
    this.order = order;
  }

  /** Lets it see a packet. */
  see(sighting: Sighting): void {
    this.#seen.push(sighting);
  }

  async take(): Promise<Sighting[]> {
    return this.#seen.splice(0);
  }

  close(): void {
    this.closed = true;
  }
}

/** A host on which packets can be traced, and that knows what was begun and sent. What it sends comes to the outcome that it is given. */
export class FakeTracing implements PacketTracing {
  readonly begun: FakeTrace[] = [];
  readonly sent: SendOrder[] = [];
  outcome: SendOutcome = { outcome: 'answered', code: null };

  async begin(order: TraceOrder): Promise<FakeTrace> {
    const trace = new FakeTrace(order);
    this.begun.push(trace);
    return trace;
  }

  async send(order: SendOrder): Promise<SendOutcome> {
    this.sent.push(order);
    return this.outcome;
  }
}
