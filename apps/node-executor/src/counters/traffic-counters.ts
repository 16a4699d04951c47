import type { CounterListings } from '@weft/host';
import { COUNTERS_PER_REPORT, type CountersReport, type DesiredState } from '@weft/model';
import { errorChain, type Logger } from '@weft/telemetry';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { forNewest } from '../newest.ts';
import { CountedPorts } from './counted-ports.ts';
import { readCounters } from './service-counter.ts';
import { advance, EMPTY_TALLY, type PortTally, type Tally } from './tally.ts';
import type { TallyFile } from './tally-file.ts';

/** Counters are read for at most this part of the time: what many services cost then is that they are read less often. */
const SHARE_OF_TIME = 1 / 20;

/** What is true on this host, and who may say so; `session` null: nobody yet. */
export interface CountedState {
  readonly nodeId: string;
  readonly desired: DesiredState;
  readonly session: string | null;
  readonly heartbeatMs: number;
}

/** Everything that counting touches beside its own memory. */
export interface TrafficCountersParts {
  readonly listings: CounterListings;
  readonly controlPlane: Pick<ControlPlane, 'count'>;
  readonly file: TallyFile;
  /** Milliseconds, by a clock that nobody sets. */
  readonly now: () => number;
  readonly log: Logger;
}

const sameCounts = (a: PortTally | undefined, b: PortTally) =>
  a?.connections === b.connections && a.packets === b.packets && a.bytes === b.bytes;

function reported({ of, connections, packets, bytes }: PortTally): CountersReport['counters'][number] {
  return { service: of.service, protocol: of.protocol, port: of.port, connections, packets, bytes };
}

/**
 * Reads what the rules of services have counted, once in a heartbeat at most and beside everything else, and tells the control plane what has changed. What it says
 * only grows, through changes of rules and restarts alike.
 */
export class TrafficCounters {
  readonly #parts: TrafficCountersParts;
  readonly #work = forNewest((state: CountedState) => this.#turn(state));
  #nodeId: string | null = null;
  #tally: Tally = EMPTY_TALLY;
  readonly #ports = new CountedPorts();
  #acknowledged: { readonly session: string; readonly ports: Map<string, PortTally> } | null = null;
  #readNotBefore = 0;
  #saved: Tally = EMPTY_TALLY;
  #complaint = '';

  constructor(parts: TrafficCountersParts) {
    this.#parts = parts;
  }

  /** What was counted so far. */
  get tally(): Tally {
    return this.#tally;
  }

  /** Says what is true here. Returns at once; reads when it is time to. */
  count(state: CountedState): void {
    this.#work.bring(state);
  }

  /** Resolves when nothing is under way. */
  settled(): Promise<void> {
    return this.#work.settled();
  }

  /** Ends when what is under way has ended; what was counted is kept for the next executor. */
  async close(): Promise<void> {
    await this.settled();
  }

  async #turn(state: CountedState): Promise<void> {
    const { now, log } = this.#parts;
    if (now() < this.#readNotBefore) return;
    const startedAt = now();
    try {
      await this.#read(state);
      // What was told once is never taken back, not even by an executor that starts after this one was killed.
      await this.#save();
      await this.#report(state);
      this.#complaint = '';
    } catch (error) {
      const why = errorChain(error);
      if (why !== this.#complaint) log.warn({ why }, 'what services were used could not be counted or told');
      this.#complaint = why;
    }
    this.#readNotBefore = startedAt + Math.max(state.heartbeatMs, (now() - startedAt) / SHARE_OF_TIME);
  }

  async #read({ nodeId, desired }: CountedState): Promise<void> {
    const { listings, file } = this.#parts;
    const node = desired.nodes.find(({ id }) => id === nodeId);
    if (node === undefined) return;
    if (this.#nodeId !== nodeId) {
      this.#tally = this.#saved = await file.load(nodeId);
      this.#nodeId = nodeId;
    }
    const reading = readCounters(node.backend, await listings.list(node.backend));
    this.#tally = advance(this.#tally, node.backend, reading, this.#ports.in(desired, nodeId));
  }

  async #report({ session }: CountedState): Promise<void> {
    if (session === null) return;
    if (this.#acknowledged?.session !== session) this.#acknowledged = { session, ports: new Map() };
    const known = this.#acknowledged.ports;
    for (const key of known.keys()) if (!this.#tally.ports.has(key)) known.delete(key);
    const changed = [...this.#tally.ports].filter(([key, port]) => !sameCounts(known.get(key), port));
    for (let from = 0; from < changed.length; from += COUNTERS_PER_REPORT) {
      const some = changed.slice(from, from + COUNTERS_PER_REPORT);
      await this.#parts.controlPlane.count({ session, counters: some.map(([, port]) => reported(port)) });
      for (const [key, port] of some) known.set(key, port);
    }
  }

  async #save(): Promise<void> {
    const tally = this.#tally;
    if (this.#nodeId === null || tally === this.#saved || tally.ports.size + this.#saved.ports.size === 0) return;
    try {
      await this.#parts.file.save(this.#nodeId, tally);
      this.#saved = tally;
    } catch (error) {
      this.#parts.log.warn({ why: errorChain(error) }, 'what services were used could not be kept on disk');
    }
  }
}
