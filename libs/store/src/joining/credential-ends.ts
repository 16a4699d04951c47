import type { Tables } from '../database/database.ts';

/** When the last of each node's credentials ends, by node id; a node without one is not there. */
export async function credentialEnds(tables: Tables, ids: readonly string[]): Promise<ReadonlyMap<string, Date>> {
  const rows = await tables.token.groupBy({
    by: ['nodeId'],
    where: { nodeId: { in: [...ids] }, revokedAt: null, expiresAt: { gt: new Date() } },
    _max: { expiresAt: true },
  });
  return new Map(
    rows.flatMap(({ nodeId, _max }) => (nodeId === null || _max.expiresAt === null ? [] : [[nodeId, _max.expiresAt] as const])),
  );
}
