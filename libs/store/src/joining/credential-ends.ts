import type { Tables } from '../database/database.ts';

/** When the last of each node's credentials ends, by node id: null when none is alive any more. A node that never had one is not there. */
export async function credentialEnds(tables: Tables, ids: readonly string[]): Promise<ReadonlyMap<string, Date | null>> {
  const rows = await tables.$queryRaw<{ nodeId: string; ends: Date | null }[]>`
    SELECT node_id AS "nodeId", max(expires_at) FILTER (WHERE revoked_at IS NULL AND expires_at > clock_timestamp()) AS ends
    FROM token WHERE node_id = ANY (${ids}::text[]) GROUP BY node_id`;
  return new Map(rows.map(({ nodeId, ends }) => [nodeId, ends]));
}
