import type { Listed } from '@weft/sdk';
import { referenceText } from '../kinds/fleet-records.ts';

/** Something that happened in the fleet, from whichever record. */
export interface FleetEvent {
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
  /** Change: somebody asked for it. Applied, Failed: a node did it or could not. Drift: somebody else changed what is ours. */
  readonly type: 'Change' | 'Applied' | 'Failed' | 'Drift';
  /** Who did it: an actor of the API, a node, a process. */
  readonly by: string;
  readonly about: string;
  readonly message: string;
}

/** What was asked for, as an event. */
export const ofAudit = ({ id, at, actor, operation, object, revision, requestId }: Listed<'/audit-events'>): FleetEvent => ({
  id,
  at,
  type: 'Change',
  by: actor.name,
  about: referenceText(object),
  message: `${operation} at revision ${revision}, request ${requestId}`,
});

/** What a node did, as an event. */
export const ofReceipt = ({
  id,
  receivedAt,
  node,
  cause,
  outcome,
  message,
  steps,
  durationMs,
  toRevision,
}: Listed<'/receipts'>): FleetEvent => ({
  id,
  at: receivedAt,
  type: outcome === 'applied' ? 'Applied' : 'Failed',
  by: node,
  about: `node/${node}`,
  message: `revision ${toRevision} for ${cause}: ${message || `${steps.length} steps in ${durationMs.toFixed(1)} ms`}`,
});

/** What somebody else changed, as an event. */
export const ofDrift = ({ id, lastAt, node, process, outcome, changes, moreChanges, message }: Listed<'/drift-events'>): FleetEvent => ({
  id,
  at: lastAt,
  type: 'Drift',
  by: process === null ? 'unknown' : `${process.name}[${process.pid}]`,
  about: `node/${node}`,
  message: `${outcome}: ${changes.map(({ object }) => object).join(', ')}${moreChanges > 0 ? ` and ${moreChanges} more` : ''}${message && ` (${message})`}`,
});
