import type { NodePhase } from '@weft/model';
import type { Tables } from '../database/database.ts';

/** Where a node stands, in numbers of this epoch. */
export interface NodeStanding {
  readonly id: string;
  readonly name: string;
  /** False for a node that no executor ever spoke for: it has no dataplane. */
  readonly joined: boolean;
  /** False: it joined with a token that asks for approval, and nobody has approved it yet. */
  readonly approved: boolean;
  readonly desiredRevision: number;
  readonly appliedRevision: number;
  readonly zone: string | null;
  /** Since when it is NotReady; null: it is heard of. */
  readonly lostAt: Date | null;
  /** Its endpoints are withdrawn because it is lost. */
  readonly withdrawn: boolean;
  /** When it last said anything; null when it never did. */
  readonly seenAt: Date | null;
  /** How long ago that is by the database's clock; null when it was never seen. */
  readonly secondsSinceSeen: number | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
  /** It, or the whole fleet, is frozen: it applies nothing. */
  readonly frozen: boolean;
}

interface StandingRow {
  readonly id: string;
  readonly name: string;
  readonly joined: boolean;
  readonly approved: boolean;
  readonly desired: bigint;
  readonly applied: bigint;
  readonly zone: string | null;
  readonly lostAt: Date | null;
  readonly withdrawn: boolean;
  readonly seenAt: Date | null;
  readonly seen: number | null;
  readonly failure: { code: string; message: string } | null;
  readonly frozen: boolean;
}

/** Where every node stands, by name. An applied revision of another epoch says nothing and counts as none. */
export async function standings(tables: Tables): Promise<NodeStanding[]> {
  const rows = await tables.$queryRaw<StandingRow[]>`
    SELECT n.id, n.name, s.session IS NOT NULL AS joined, n.approved, n.zone, n.lost_at AS "lostAt", n.withdrawn, s.failure, n.frozen OR f.frozen AS frozen,
      GREATEST(c.fleet_revision, s.own_revision) AS desired,
      CASE WHEN s.epoch = c.epoch THEN s.applied_revision ELSE 0 END AS applied,
      GREATEST(s.last_seen_at, l.renewed_at) AS "seenAt",
      EXTRACT(EPOCH FROM clock_timestamp() - GREATEST(s.last_seen_at, l.renewed_at))::float8 AS seen
    FROM node n JOIN node_state s ON s.node_id = n.id LEFT JOIN node_lease l ON l.node_id = n.id CROSS JOIN revision_counter c CROSS JOIN cluster f
    ORDER BY n.name`;
  return rows.map(({ id, name, zone, lostAt, withdrawn, seenAt, joined, approved, desired, applied, seen, failure, frozen }) => ({
    id,
    name,
    joined,
    approved,
    desiredRevision: Number(desired),
    appliedRevision: Number(applied),
    zone,
    lostAt,
    withdrawn,
    seenAt,
    secondsSinceSeen: seen,
    failure,
    frozen,
  }));
}

/** What a node's standing amounts to. */
export function phaseOf({
  joined,
  approved,
  lostAt,
  secondsSinceSeen,
  failure,
  frozen,
  appliedRevision,
  desiredRevision,
}: Omit<NodeStanding, 'id' | 'name'>): NodePhase {
  if (!approved) return 'PendingApproval';
  if (!joined || secondsSinceSeen === null) return 'Pending';
  if (lostAt !== null) return 'NotReady';
  if (frozen) return 'Frozen';
  if (failure !== null) return 'Failed';
  return appliedRevision < desiredRevision ? 'Lagging' : 'Ready';
}
