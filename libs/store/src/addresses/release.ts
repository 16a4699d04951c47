import type { Stamp } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';

/** Puts the addresses of an owner, which is still there, into quarantine: nodes and connections may still know them. */
export async function quarantineAddresses(tables: Tables, { revision, at }: Stamp, ownerId: string): Promise<void> {
  await tables.$executeRaw`
    UPDATE address SET state = 'quarantined', owner_id = NULL, released_at = ${at}::timestamptz, released_revision = ${revision}, released_by = COALESCE(
      (SELECT 'pod ' || namespace || '/' || name FROM pod WHERE id = ${ownerId}),
      (SELECT 'service ' || namespace || '/' || name FROM service WHERE id = ${ownerId}))
    WHERE owner_id = ${ownerId}`;
}

/**
 * Ends the quarantine of an address for whoever comes in the place of the owner that released it (`pod shop/web-1`): nodes and connections that still
 * know it mean the same.
 */
export async function reclaimAddress(tables: Tables, ip: string, owner: string): Promise<void> {
  await tables.$executeRaw`
    UPDATE address SET state = 'free', released_by = NULL, released_at = NULL, released_revision = NULL
    WHERE ip = ${ip}::inet AND state = 'quarantined' AND released_by = ${owner}`;
}

/** Puts the blocks of a node that is gone into quarantine: other nodes may still have routes to them. */
export async function quarantineBlocks(tables: Tables, { revision, at }: Stamp, nodeId: string): Promise<void> {
  await tables.address.deleteMany({ where: { holder: nodeId } });
  await tables.addressBlock.updateMany({ where: { holder: nodeId }, data: { holder: null, releasedAt: at, releasedRevision: revision } });
}

/**
 * The oldest revision that some node has not applied though it concerns it; null when there is none. Everything released
 * before it is known to no node any more. A node that is down holds this back until it is deleted.
 */
async function oldestUnapplied(tables: Tables): Promise<bigint | null> {
  const [row] = await tables.$queryRaw<{ revision: bigint | null }[]>`
    SELECT min(first.revision) AS revision
    FROM node_state s CROSS JOIN revision_counter c CROSS JOIN LATERAL (
      SELECT ch.revision FROM change ch
      WHERE ch.revision > CASE WHEN s.epoch = c.epoch THEN s.applied_revision ELSE 0 END
        AND (ch.concerns_all OR s.node_id = ANY (ch.concerned_nodes))
      ORDER BY ch.revision LIMIT 1) first
    WHERE s.session IS NOT NULL`;
  return row?.revision ?? null;
}

/** Frees what was released at least that long ago and that every node has forgotten. Answers how many addresses. */
export async function releaseQuarantined(tables: Tables, quarantineSeconds: number): Promise<number> {
  const horizon = await oldestUnapplied(tables);
  const released = await tables.$executeRaw`
    UPDATE address SET state = 'free', released_by = NULL, released_at = NULL, released_revision = NULL
    WHERE state = 'quarantined' AND released_at <= now() - make_interval(secs => ${quarantineSeconds}::float8)
      AND (${horizon}::bigint IS NULL OR released_revision < ${horizon}::bigint)`;
  await tables.$executeRaw`
    UPDATE address_block SET released_at = NULL, released_revision = NULL
    WHERE released_at <= now() - make_interval(secs => ${quarantineSeconds}::float8)
      AND (${horizon}::bigint IS NULL OR released_revision < ${horizon}::bigint)`;
  return released;
}
