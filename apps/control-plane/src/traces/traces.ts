import { randomInt } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { AnyCall } from '@weft/contract';
import type { Asker } from '@weft/jobs';
import { type Id, ProblemError, podNetnsName, type Trace, type TraceCreate, type TraceStatus } from '@weft/model';
import { FOLLOWED_EVERY_MS, type Store } from '@weft/store';
import { errorChain, type Logger } from '@weft/telemetry';
import { contextOf } from '../changes/changes.ts';
import { ConcernedStates, FleetStates } from '../reachability/fleet-states.ts';
import { type Sender, senderOf, type Target, targetsOf } from '../reachability/question.ts';
import { ASKER, LOG, STORE } from '../tokens.ts';
import { follow } from './following.ts';
import { NodeTrace } from './node-trace.ts';
import { type Followed, watched } from './scope.ts';
import { statusOf } from './status.ts';

/** As many traces may one replica follow at a time. */
export const TRACES_MAX = 20;

const LOWER = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const;

/** Ports that packets are sent from: outside of what kernels choose by themselves (ip_local_port_range begins at 32768), and above those of services. */
const SOURCE_PORTS = { from: 20_000, count: 10_000 } as const;
const chosenPort = () => SOURCE_PORTS.from + randomInt(SOURCE_PORTS.count);

/** What is left of a trace's time to hear of what came of a packet, in ms, when it waited for an answer in vain. */
const TO_TELL_MS = 1_500;
const SEND_MAX_MS = 5_000;
const SEND_MIN_MS = 500;

/** What is to be followed, and where. */
interface Prepared {
  readonly sender: Sender;
  readonly target: Target;
  readonly followed: Followed;
  readonly states: ConcernedStates;
}

/** The pod that sends; null: the node itself. */
function podOf({ origin, state }: Sender): Id<'pod'> | null {
  return origin.in === 'pod' ? (state.pods.find(({ id }) => podNetnsName(id) === origin.netns)?.id ?? null) : null;
}

function invalid(pointer: string, code: string, message: string): ProblemError {
  return new ProblemError('ValidationFailed', message, [{ pointer, code, message }]);
}

/** Follows packets over the nodes that they cross. A trace is followed by the replica that it was asked of; what it found is in the database. */
@Injectable()
export class Traces {
  private readonly stopped = new AbortController();
  private readonly running = new Set<Promise<void>>();

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(ASKER) private readonly asker: Asker,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Begins to follow a packet. Throws ProblemError. */
  async begin(call: AnyCall, spec: TraceCreate): Promise<Trace> {
    if (this.running.size >= TRACES_MAX) throw new ProblemError('Unavailable', `this replica follows ${TRACES_MAX} packets already`);
    const prepared = await this.prepare(spec);
    const { object } = await this.store.traces.create(contextOf(call), spec);
    const saying = setInterval(() => void this.store.traces.follow(object.id).catch(() => undefined), FOLLOWED_EVERY_MS);
    const followed = this.run(object, prepared)
      .catch((error: unknown) => this.fail(object, error))
      .finally(() => {
        clearInterval(saying);
        this.running.delete(followed);
      });
    this.running.add(followed);
    return object;
  }

  /** Ends all traces: the process is going down. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.allSettled(this.running);
  }

  private async prepare(spec: TraceCreate): Promise<Prepared> {
    if ('outside' in spec.from && !spec.live)
      throw invalid('/live', 'OutOfRange', 'nobody outside can be made to send: live=true waits for a packet that comes');
    if (spec.droppedOnly && !spec.live)
      throw invalid('/droppedOnly', 'OutOfRange', 'a packet that is sent is followed in any case: droppedOnly needs live=true');
    const { revision } = await this.store.history.position();
    const fleet = new FleetStates(this.store.plans, revision);
    const sender = await senderOf(spec.from, fleet, this.store);
    const found = await targetsOf({ ...spec, against: 'desired' }, sender, this.store);
    const target = 'why' in found ? undefined : found.targets[0];
    if (target === undefined) throw invalid('/to', 'OutOfRange', 'why' in found ? found.why : 'there is nobody to send to');
    const { source, node } = sender;
    const states = new ConcernedStates(
      fleet,
      { source, destination: target.ip, protocol: LOWER[spec.protocol], port: target.port },
      node.id,
    );
    return { sender, target, states, followed: { source, sourcePort: spec.live ? null : chosenPort(), destination: target } };
  }

  private async run(trace: Trace, { sender, target, followed, states }: Prepared): Promise<void> {
    const protocol = LOWER[trace.protocol];
    const nodes = watched(sender.state, sender.node, followed);
    const traces = nodes.map(({ node }) => new NodeTrace(this.asker, node.name));
    const { signal } = this.stopped;
    const timeoutMs = trace.timeoutSeconds * 1_000;
    try {
      const start = (from: number, to?: number) =>
        Promise.all(
          nodes.slice(from, to).map((one, at) => traces[from + at]?.start(one, { protocol, droppedOnly: trace.droppedOnly }, signal)),
        );
      // The first one last: whatever it sees, those after it see as well.
      await start(1);
      await start(0, 1);
      const sending =
        followed.sourcePort === null
          ? null
          : {
              pod: podOf(sender),
              protocol,
              sourcePort: followed.sourcePort,
              destination: target.ip,
              port: target.port,
              timeoutMs: Math.max(SEND_MIN_MS, Math.min(SEND_MAX_MS, timeoutMs - TO_TELL_MS)),
            };
      const found = await follow(traces, followed, { sending, droppedOnly: trace.droppedOnly, timeoutMs, signal });
      await this.store.traces.end(trace.id, await statusOf(trace, found, { traces, nodes: sender.state.nodes, states }));
    } finally {
      await Promise.all(traces.map((one) => one.stop()));
    }
  }

  private async fail(trace: Trace, error: unknown): Promise<void> {
    this.log.warn({ why: errorChain(error), trace: trace.id }, 'a packet could not be followed');
    const status: TraceStatus = { phase: 'Failed', verdict: null, why: 'the control plane failed; its log says why', hops: [], notes: [] };
    await this.store.traces.end(trace.id, status).catch(() => undefined);
  }
}
