import type { TraceReadAnswer, TraceSighting } from '@weft/jobs';
import type { ReachabilityVerdict } from '@weft/model';
import { droppedBy, ends, keptBy, type SeenOn } from './correlate.ts';

/** What became of a packet. */
export interface Verdict {
  readonly verdict: ReachabilityVerdict;
  /** Null: it arrived. */
  readonly why: string | null;
}

type Sent = NonNullable<TraceReadAnswer['sent']>;

const REJECTS = /\breject\b|REJECT/;

/** A packet that a process of the host may not send, as its output rules have it (netfilter answers EPERM). */
const NOT_PERMITTED = 'EPERM';

/** By which rule it went no further; null: by none that was told. */
function byRule({ node, sighting }: SeenOn): Verdict | null {
  const dropped = droppedBy(sighting);
  if (dropped === null) return null;
  const text = dropped.what === 'rule' ? dropped.rule : 'its policy';
  const where = `on ${node} by chain ${dropped.chain} of table ${dropped.table}: ${text}`;
  return REJECTS.test(text) ? { verdict: 'refused', why: `refused ${where}` } : { verdict: 'dropped', why: `dropped ${where}` };
}

function byRouting({ node, sighting }: SeenOn): Verdict | null {
  const { route, neighbour } = sighting.lookUps;
  if (!route.found) return { verdict: 'unroutable', why: `${node} has no route to ${ends(sighting).left.destination}: ${route.text}` };
  if (neighbour?.state === 'FAILED')
    return { verdict: 'unroutable', why: `${node} hears nothing of the next host on the link: ${neighbour.text}` };
  return null;
}

/** True where the last node that saw it has it arrive. */
function arrives({ route }: TraceSighting['lookUps']): boolean {
  return route.found && (route.type === 'local' || route.gateway === null);
}

/** True where the node that saw it last has tracked an answer. */
const isAnswered = ({ sighting: { lookUps } }: SeenOn) => lookUps.connection !== null && !lookUps.connection.includes('[UNREPLIED]');

/** What the last sighting of a packet says, when nobody knows what came of it. */
function seenLast(last: SeenOn, asksForAnswer: boolean): Verdict {
  const { lookUps } = last.sighting;
  const kept = keptBy(last.sighting);
  if (kept !== null) return { verdict: 'dropped', why: `on ${last.node} ${kept}` };
  if (isAnswered(last)) return { verdict: 'reachable', why: null };
  if (!arrives(lookUps)) return { verdict: 'dropped', why: `it left ${last.node} and was seen nowhere after it` };
  return asksForAnswer
    ? { verdict: 'dropped', why: `it was delivered on ${last.node}, and no answer came back` }
    : { verdict: 'reachable', why: null };
}

/** What became of a packet that was sent. */
function ofSent({ outcome, code }: Sent, last: SeenOn | undefined, asksForAnswer: boolean): Verdict {
  if (outcome === 'answered') return { verdict: 'reachable', why: null };
  if (outcome === 'failed') return { verdict: 'unknown', why: `it could not be sent: ${code}` };
  const found = last === undefined ? null : (byRule(last) ?? byRouting(last));
  if (found !== null) return found;
  if (outcome === 'refused') return { verdict: 'refused', why: 'nothing listens there' };
  if (code === NOT_PERMITTED) return { verdict: 'dropped', why: 'a rule of the host does not let it be sent' };
  if (outcome === 'unreachable') return { verdict: 'unroutable', why: `it could not be sent on: ${code}` };
  if (last === undefined) return { verdict: 'dropped', why: 'it was seen on no node: it did not leave its sender' };
  if (isAnswered(last)) return { verdict: 'dropped', why: `it was answered on ${last.node}, and the answer did not come back` };
  return seenLast(last, asksForAnswer);
}

/** What became of a packet: by what came of it for whoever sent it, null when nobody did, and by where it was seen last. */
export function verdictOf(sent: Sent | null, way: readonly SeenOn[], asksForAnswer: boolean): Verdict {
  const last = way.at(-1);
  if (sent !== null) return ofSent(sent, last, asksForAnswer);
  if (last === undefined) return { verdict: 'unknown', why: 'no such packet came' };
  return byRule(last) ?? byRouting(last) ?? seenLast(last, asksForAnswer);
}
