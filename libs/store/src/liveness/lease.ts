import type { LeaseRenewalAnswer } from '@weft/model';
import type { Tables } from '../database/database.ts';

interface Renewed {
  readonly epoch: string;
  readonly desired: bigint;
  readonly heartbeatSeconds: number;
}

/**
 * Notes that a node lives, if the session is still its own, and says where it should be; else null. One statement that writes one narrow row: no revision, no history, no audit.
 */
export async function renewLease(tables: Tables, nodeId: string, session: string): Promise<LeaseRenewalAnswer | null> {
  const [row] = await tables.$queryRaw<Renewed[]>`
    WITH own AS (SELECT node_id, own_revision FROM node_state WHERE node_id = ${nodeId} AND session = ${session}),
    renewal AS (
      INSERT INTO node_lease (node_id, renewed_at) SELECT node_id, clock_timestamp() FROM own
      ON CONFLICT (node_id) DO UPDATE SET renewed_at = EXCLUDED.renewed_at)
    SELECT c.epoch, GREATEST(c.fleet_revision, own.own_revision) AS desired, w.heartbeat_seconds AS "heartbeatSeconds"
    FROM own CROSS JOIN revision_counter c CROSS JOIN lease_watch w`;
  if (row === undefined) return null;
  return { epoch: row.epoch, desiredRevision: Number(row.desired), heartbeatSeconds: row.heartbeatSeconds };
}
