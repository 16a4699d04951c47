import { Prisma } from '../generated/client.ts';

/**
 * Of the objects in the table `version`, changed at the revision in the table `stamp`, those those of which nodes have to know something new since: a statement that records it for good. It
 * sees what the change wrote before. An object that nodes never had to know is not recorded when it goes. OFFSET 0: else the server puts the question into both places that name a body,
 * and makes each body twice.
 */
export function recordDesired(changedKind: string): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO desired_version (object_id, revision, kind, node_id, service_id, body)
    SELECT id, (SELECT revision FROM stamp), kind, "nodeId", service_id, body::jsonb FROM (
      SELECT v.id, v.kind, v."nodeId", COALESCE((SELECT service_id FROM endpoint WHERE id = v.id), last.service_id) AS service_id, last.known,
        CASE v.kind
          WHEN 'node' THEN (SELECT body FROM desired_node d WHERE d.id = v.id)
          WHEN 'pod' THEN (SELECT body FROM desired_pod d WHERE d.id = v.id)
          WHEN 'service' THEN (SELECT body FROM desired_service d WHERE d.id = v.id)
          WHEN 'endpoint' THEN (SELECT body FROM desired_endpoint d WHERE d.id = v.id) END AS body
      FROM version v LEFT JOIN LATERAL (
        SELECT service_id, body IS NOT NULL AS known FROM desired_version WHERE object_id = v.id ORDER BY revision DESC LIMIT 1) last ON true
      WHERE v.kind IN ('node', 'pod', 'service', 'endpoint')
        AND (v.type = 'DELETED' OR COALESCE(v."dataplaneRevision" = (SELECT revision FROM stamp), true)) OFFSET 0) now
    WHERE body IS NOT NULL OR known
    UNION ALL SELECT 'cluster', (SELECT revision FROM stamp), 'cluster', NULL, NULL, network FROM cluster WHERE ${changedKind}::text = 'cluster'`;
}
