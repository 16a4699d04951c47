import { setTimeout as sleep } from 'node:timers/promises';
import type { TraceReadAnswer } from '@weft/jobs';
import { ends, type SeenOn, wayOf } from './correlate.ts';
import type { NodeTrace, Sending } from './node-trace.ts';
import type { Followed } from './scope.ts';

/** How often to look, in ms. */
const READ_EVERY_MS = 150;

/** When something has come of the packet, or it was seen, nodes that have seen nothing for so long will see nothing, in ms. */
const QUIET_MS = 1_200;

/** How long after its time to wait for what came of a packet that was sent, in ms: whoever sends it may be slow to begin, and says so in any case. */
const TO_HEAR_MS = 5_000;

/** How to wait. */
export interface Waiting {
  /** Null: nothing is sent. */
  readonly sending: Sending | null;
  /** Nothing counts but packets that go no further. */
  readonly droppedOnly: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What was found. */
export interface Found {
  readonly way: readonly SeenOn[];
  readonly sent: TraceReadAnswer['sent'];
}

/** True for the packet that is followed, as it comes to the first node. */
function isFollowed({ sighting }: SeenOn, { source, sourcePort, destination }: Followed): boolean {
  const { came } = ends(sighting);
  return (
    (source === null || came.source === source) &&
    (sourcePort === null || came.sourcePort === sourcePort) &&
    came.destination === destination.ip &&
    came.destinationPort === destination.port
  );
}

/** The way of the packet as far as it was seen; empty: it was not. Where only packets count that go no further, it is where the first of them was kept. */
function wayFound(traces: readonly NodeTrace[], followed: Followed, droppedOnly: boolean): SeenOn[] {
  const all = traces.flatMap(({ seen }) => seen);
  const first = droppedOnly ? all[0] : traces[0]?.seen.find((one) => isFollowed(one, followed));
  return first === undefined ? [] : wayOf(first, all);
}

/** Follows a packet on nodes that trace it, the first of which it comes to first, until nothing more comes of it or the time is over. */
export async function follow(
  traces: readonly NodeTrace[],
  followed: Followed,
  { sending, droppedOnly, timeoutMs, signal }: Waiting,
): Promise<Found> {
  const [first] = traces;
  if (first === undefined) throw new Error('a packet is on some node');
  if (sending !== null) await first.send(sending, signal);
  const deadline = performance.now() + timeoutMs;
  let newsAt = performance.now();
  let found: Found = { way: [], sent: null };
  const goesOn = () => {
    const awaited = sending !== null && found.sent === null && first.silent === null;
    return performance.now() < deadline + (awaited ? TO_HEAR_MS : 0) && !signal.aborted;
  };
  while (goesOn()) {
    await Promise.all(traces.map((trace) => trace.read(signal)));
    const now: Found = { way: wayFound(traces, followed, droppedOnly), sent: first.sent };
    if (now.way.length !== found.way.length || (now.sent === null) !== (found.sent === null)) newsAt = performance.now();
    found = now;
    const isOver = sending === null ? found.way.length > 0 : found.sent !== null || first.silent !== null;
    if (isOver && performance.now() - newsAt > QUIET_MS) break;
    await sleep(READ_EVERY_MS);
  }
  return found;
}
