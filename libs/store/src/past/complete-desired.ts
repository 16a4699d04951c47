import type { Tables } from '../database/database.ts';
import { Prisma } from '../generated/client.ts';

/** What nodes have to know now, where it is not what was recorded of it last. A body of null: it is not there any more. */
const DIFFERENT = Prisma.sql`
  SELECT object_id, COALESCE(kind, had_kind) AS kind, COALESCE(node_id, had_node) AS node_id, COALESCE(service_id, had_service) AS service_id, now.body FROM (
    SELECT 'cluster' AS object_id, 'cluster' AS kind, NULL AS node_id, NULL AS service_id, network AS body FROM cluster
    UNION ALL SELECT id, 'node', NULL, NULL, body::jsonb FROM desired_node
    UNION ALL SELECT id, 'pod', node_id, NULL, body::jsonb FROM desired_pod
    UNION ALL SELECT id, 'service', NULL, NULL, body::jsonb FROM desired_service
    UNION ALL SELECT id, 'endpoint', NULL, service_id, body::jsonb FROM desired_endpoint
  ) now FULL JOIN (
    SELECT DISTINCT ON (object_id) object_id, kind AS had_kind, node_id AS had_node, service_id AS had_service, body AS had
    FROM desired_version ORDER BY object_id, revision DESC
  ) last USING (object_id)
  WHERE now.body IS DISTINCT FROM last.had`;

/**
 * Sees to it that what nodes have to know is recorded as it is. It always is, unless a control plane that did not record it yet changed something while the
 * database had these tables already. Then the past begins anew: what was between is not known.
 */
export async function completeDesired(tables: Tables): Promise<void> {
  // Without the lock: one statement sees a change with its record or neither. With it only when there is something to do.
  const [missing] = await tables.$queryRaw<unknown[]>`SELECT 1 FROM (${DIFFERENT}) d LIMIT 1`;
  if (missing === undefined) return;
  await tables.$executeRaw`SELECT 1 FROM revision_counter FOR UPDATE`;
  await tables.$executeRaw`
    INSERT INTO desired_version (object_id, revision, kind, node_id, service_id, body)
    SELECT object_id, c.revision, kind, node_id, service_id, body FROM (${DIFFERENT}) d CROSS JOIN revision_counter c
    ON CONFLICT (object_id, revision) DO UPDATE SET body = EXCLUDED.body, node_id = EXCLUDED.node_id`;
  await tables.$executeRaw`UPDATE revision_counter SET past_from = revision`;
}
