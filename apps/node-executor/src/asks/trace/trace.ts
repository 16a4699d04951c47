import type { PacketTracing, RunningTrace, Sighting } from '@weft/host';
import {
  type Answerers,
  boundedEvents,
  TRACE_SIGHTINGS_MAX,
  type TraceReadAnswer,
  type TraceSendQuestion,
  type TraceSighting,
} from '@weft/jobs';
import { type DesiredState, podNetnsName } from '@weft/model';
import { type Closable, Sessions } from '../sessions.ts';

/** As many traces may go on at a time on a node. */
const TRACES_MAX = 8;

/** Characters of a rule that are told. */
const TEXT_MAX = 2_000;

/** What tracing needs of an executor. */
export interface TraceParts {
  readonly tracing: PacketTracing;
  readonly desired: () => Pick<DesiredState, 'pods'> | null;
}

/** A trace with what came of the packet that was sent for it. */
interface TraceSession extends Closable {
  readonly trace: RunningTrace;
  sent: TraceReadAnswer['sent'];
  /** Seen and not told yet. */
  seen: Sighting[];
}

/** A sighting, no longer than an answer may be. */
const told = ({ way, lookUps, reason }: Sighting): TraceSighting => ({
  way: {
    events: boundedEvents(way.events).map((event) => (event.what === 'rule' ? { ...event, rule: event.rule.slice(0, TEXT_MAX) } : event)),
  },
  lookUps,
  reason,
});

/** Answers questions about traces. */
export class TraceAsks {
  readonly #parts: TraceParts;
  readonly #sessions: Sessions<TraceSession>;

  constructor(parts: TraceParts, sessions: Sessions<TraceSession> = new Sessions(TRACES_MAX)) {
    this.#parts = parts;
    this.#sessions = sessions;
  }

  readonly answerers: Pick<Answerers, 'trace-start' | 'trace-send' | 'trace-read' | 'trace-stop'> = {
    'trace-start': async ({ session, protocol, flows, droppedOnly }) => {
      await this.#sessions.begin(session, async () => {
        const trace = await this.#parts.tracing.begin({ name: session, protocol, flows, droppedOnly });
        return { trace, sent: null, seen: [], close: () => trace.close() };
      });
      return { kind: 'trace-start' };
    },
    'trace-send': async (question) => {
      const session = this.#sessions.use(question.session);
      const netns = this.#netnsOf(question);
      void this.#parts.tracing.send({ ...question, netns }).then(
        (outcome) => {
          session.sent = outcome;
        },
        (error: unknown) => {
          session.sent = { outcome: 'failed', code: String(error).slice(0, TEXT_MAX) };
        },
      );
      return { kind: 'trace-send' };
    },
    'trace-read': async ({ session: name }) => {
      const session = this.#sessions.use(name);
      session.seen.push(...(await session.trace.take()));
      return { kind: 'trace-read', sightings: session.seen.splice(0, TRACE_SIGHTINGS_MAX).map(told), sent: session.sent };
    },
    'trace-stop': async ({ session }) => {
      this.#sessions.end(session);
      return { kind: 'trace-stop' };
    },
  };

  /** Ends every trace. */
  close(): void {
    this.#sessions.close();
  }

  /** Throws Error for a pod that is not here. */
  #netnsOf({ pod }: TraceSendQuestion): string | null {
    if (pod === null) return null;
    if (this.#parts.desired()?.pods.some(({ id }) => id === pod) !== true) throw new Error(`this node has no pod ${pod}`);
    return podNetnsName(pod);
  }
}
