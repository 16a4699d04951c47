import type { ReachabilityHop, ReachabilityPath } from '@weft/model';
import { type Fleet, type Journey, type Leg, lastOf } from './journey.ts';
import type { Known, Sent } from './known.ts';
import { remedy } from './remedy.ts';
import { wayBack } from './way-back.ts';

type Judgement = Pick<ReachabilityPath, 'verdict' | 'why'>;

/** What becomes of a packet by where it ends, as far as its way there tells. */
function judged({ node, crossing }: Leg): Judgement {
  const { end, packet } = crossing;
  const to = `${packet.protocol} ${packet.port}`;
  if (end.kind === 'network') return { verdict: 'unknown', why: `it leaves the fleet at ${node.name}, for ${packet.destination}` };
  if (end.kind === 'host') return { verdict: 'reachable', why: `what listens on ${to} of the host is not known` };
  if (end.kind !== 'pod') return { verdict: end.kind, why: end.why };
  if (end.listens === false) return { verdict: 'refused', why: `nothing listens on ${to} in the pod` };
  return { verdict: 'reachable', why: end.listens === null ? `what listens on ${to} in the pod is not known` : null };
}

const hasArrived = ({ crossing: { end } }: Leg) => end.kind === 'pod' || end.kind === 'host';

function hops(legs: readonly Leg[], known: Known): ReachabilityHop[] {
  return legs.map(({ node, crossing }) => ({
    node: node.name,
    steps: crossing.steps.map((step) => ({
      ...step,
      behind: step.behind.map((object) => ({ ...object, owners: [...known.ownersOf(node.id, object)] })),
    })),
  }));
}

function masquerading(journey: Journey, sent: Sent, known: Known): ReachabilityPath['masqueradedBy'] {
  const leg = journey.find(({ crossing }) => crossing.masquerade !== null);
  const rule = leg?.crossing.masquerade ?? null;
  if (leg === undefined || rule === null) return null;
  const owners = [...known.ownersOf(leg.node.id, rule)];
  return { node: leg.node.name, rule: { ...rule, owners }, remedy: remedy(leg, sent, known) };
}

/** One way that connections take, there and back. Rejects when a node on the way back cannot be asked. */
export async function pathOf(fleet: Fleet, journey: Journey, sent: Sent, known: Known): Promise<ReachabilityPath> {
  const last = lastOf(journey);
  const { packet, end, share } = last.crossing;
  const there = judged(last);
  const back = hasArrived(last) ? await wayBack(fleet, journey, sent.origin) : { legs: [], lost: null };
  const { verdict, why } = back.lost === null ? there : { verdict: back.lost.kind, why: back.lost.why };
  return {
    share: Number(share.toFixed(6)),
    verdict,
    why,
    destination: {
      ip: packet.destination,
      port: packet.port,
      node: end.kind === 'network' ? null : last.node.name,
      pod: end.kind === 'pod' ? known.podIn(end.netns) : null,
    },
    source: packet.source,
    masqueradedBy: masquerading(journey, sent, known),
    there: hops(journey, known),
    back: hops(back.legs, known),
  };
}
