import { setTimeout as sleep } from 'node:timers/promises';
import { readFrom, readTo } from '@weft/sdk';
import { type Trace, type TraceApi, type TraceCreate, traceApi } from '../api/trace-api.ts';
import { type Drawing, hopLines, VERDICT_STYLES } from '../reach/draw.ts';
import { paintFor } from '../terminal/style.ts';

/** What `weft trace` is given. */
export interface TraceOptions {
  readonly state?: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly live: boolean;
  readonly dropped: boolean;
  readonly seconds: number;
  readonly rules: boolean;
  readonly output: 'text' | 'json';
}

const LOOK_EVERY_MS = 200;

/** A trace as lines: what became of the packet, what could not be seen, then the nodes that it crossed. */
export function traceLines({ status, protocol }: Trace, drawing: Drawing): string[] {
  const { phase, verdict, why, hops, notes } = status;
  const { paint } = drawing;
  const became = verdict === null ? paint('yellow', phase) : paint(VERDICT_STYLES[verdict], verdict);
  return [
    `${became}: a packet of ${protocol}${why === null ? '' : `: ${why}`}`,
    ...notes.map(({ text }) => paint('yellow', `! ${text}`)),
    ...hops.flatMap((hop) => hopLines(hop, drawing)),
  ];
}

async function over(api: TraceApi, begun: Trace): Promise<Trace> {
  let trace = begun;
  while (trace.status.phase === 'Running') {
    await sleep(LOOK_EVERY_MS);
    trace = await api.view(trace.id);
  }
  return trace;
}

/** Follows a packet and prints its way. The exit status is 1 when it did not arrive. Throws UserError for ends that cannot be read. */
export async function trace(from: string, to: string, options: TraceOptions): Promise<void> {
  const { state, protocol, live, dropped, seconds, rules, output } = options;
  const wanted: TraceCreate = {
    from: readFrom(from),
    ...readTo(to),
    protocol,
    live: live || dropped,
    droppedOnly: dropped,
    timeoutSeconds: seconds,
  };
  const api = await traceApi(state);
  const found = await over(api, await api.begin(wanted));
  const drawn = () => traceLines(found, { paint: paintFor(process.stdout), everyRule: rules }).join('\n');
  console.log(output === 'json' ? JSON.stringify(found, null, 2) : drawn());
  if (found.status.verdict !== 'reachable') process.exitCode = 1;
}
