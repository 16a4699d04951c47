import type { NodePhase } from '@weft/model';
import type { Tables } from '../database/database.ts';

/** After this long without a word a node is NotReady; Kubernetes' node-monitor-grace-period. */
export const NOT_READY_AFTER_SECONDS = 40;

/** Where a node stands, in numbers of this epoch. */
export interface NodeStanding {
  readonly id: string;
  readonly name: string;
  /** False for a node that no executor ever spoke for: it has no dataplane. */
  readonly joined: boolean;
  readonly desiredRevision: number;
  readonly appliedRevision: number;
  /** By the database's clock; null when it was never seen. */
  readonly secondsSinceSeen: number | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
  /** It, or the whole fleet, is frozen: it applies nothing. */
  readonly frozen: boolean;
}

interface StandingRow {
  readonly id: string;
  readonly name: string;
  readonly joined: boolean;
  readonly desired: bigint;
  readonly applied: bigint;
  readonly seen: number | null;
  readonly failure: { code: string; message: string } | null;
  readonly frozen: boolean;
}

/** Where every node stands, by name. An applied revision of another epoch says nothing and counts as none. */
export async function standings(tables: Tables): Promise<NodeStanding[]> {
  const rows = await tables.$queryRaw<StandingRow[]>`
    SELECT n.id, n.name, s.session IS NOT NULL AS joined, s.failure, n.frozen OR f.frozen AS frozen,
      GREATEST(c.fleet_revision, s.own_revision) AS desired,
      CASE WHEN s.epoch = c.epoch THEN s.applied_revision ELSE 0 END AS applied,
      EXTRACT(EPOCH FROM clock_timestamp() - s.last_seen_at)::float8 AS seen
    FROM node n JOIN node_state s ON s.node_id = n.id CROSS JOIN revision_counter c CROSS JOIN cluster f
    ORDER BY n.name`;
  return rows.map(({ id, name, joined, desired, applied, seen, failure, frozen }) => ({
    id,
    name,
    joined,
    desiredRevision: Number(desired),
    appliedRevision: Number(applied),
    secondsSinceSeen: seen,
    failure,
    frozen,
  }));
}

/** What a node's standing amounts to. */
export function phaseOf({
  joined,
  secondsSinceSeen,
  failure,
  frozen,
  appliedRevision,
  desiredRevision,
}: Omit<NodeStanding, 'id' | 'name'>): NodePhase {
  if (!joined || secondsSinceSeen === null) return 'Pending';
  if (secondsSinceSeen > NOT_READY_AFTER_SECONDS) return 'NotReady';
  if (frozen) return 'Frozen';
  if (failure !== null) return 'Failed';
  return appliedRevision < desiredRevision ? 'Lagging' : 'Ready';
}
