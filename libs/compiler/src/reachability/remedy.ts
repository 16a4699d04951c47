import type { KernelObject, ObjectOwner } from '@weft/model';
import type { Leg } from './journey.ts';
import type { Known, Sent } from './known.ts';

const isOfService = ({ kind }: ObjectOwner) => kind === 'service';

/** The service whose rules led a packet elsewhere on a node, as namespace/name. */
function serviceOf({ node, crossing }: Leg, known: Known): string | null {
  const behind: KernelObject[] = crossing.steps.flatMap((step) => step.behind);
  const owner = behind.flatMap((object) => known.ownersOf(node.id, object)).find(isOfService);
  return owner === undefined ? null : `${owner.namespace}/${owner.name}`;
}

/**
 * What would keep the source address that a node replaced. Null where nothing does: a pod that meets itself, what a node sends to services, and pods that reach the world
 * outside need an address that the answer comes back to.
 */
export function remedy(leg: Leg, { origin }: Sent, known: Known): string | null {
  const { translated, came, packet: left } = leg.crossing;
  if (!translated || came === left.destination || origin.in === 'host') return null;
  const service = serviceOf(leg, known) ?? 'the service';
  if (origin.in === 'pod') return `asking ${service} at its cluster IP`;
  return `externalTrafficPolicy: Local for ${service}, asked by a node port or an external address on a node that has endpoints`;
}
