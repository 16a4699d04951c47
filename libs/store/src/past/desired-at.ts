import { type ClusterNetwork, type DesiredNode, type DesiredPod, type DesiredState, stateChecksum } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { found } from '../read/not-found.ts';
import { type Kept, requireKept } from './position.ts';
import { desiredService, type RecordedService } from './recorded-service.ts';

interface Recorded extends Kept {
  readonly epoch: string;
  readonly network: ClusterNetwork;
  readonly nodes: DesiredNode[];
  readonly pods: DesiredPod[];
  readonly services: readonly RecordedService[];
}

/** What a node had to make true as of a revision: one statement, which sees one state of the database. Throws ProblemError Expired, BadRequest, NotFound. */
export async function desiredAt(
  tables: Tables,
  nodeId: string,
  revision: number,
): Promise<{ readonly state: DesiredState; readonly checksum: string }> {
  const [recorded] = await tables.$queryRaw<Recorded[]>`
    WITH newest AS (
      SELECT object_id, max(revision) AS revision FROM desired_version
      WHERE revision <= ${revision} AND (kind <> 'pod' OR node_id = ${nodeId}) GROUP BY object_id
    ), there AS (
      SELECT object_id, kind, service_id, body FROM newest JOIN desired_version USING (object_id, revision) WHERE body IS NOT NULL
    ), behind AS (
      SELECT service_id, json_agg(body ORDER BY (body->>'ip')::inet, (body->>'port')::integer) AS endpoints
      FROM there WHERE kind = 'endpoint' GROUP BY service_id)
    SELECT epoch, revision, past_from AS "pastFrom",
      (SELECT body FROM there WHERE kind = 'cluster') AS network,
      (SELECT COALESCE(json_agg(body ORDER BY object_id), '[]') FROM there WHERE kind = 'node') AS nodes,
      (SELECT COALESCE(json_agg(body ORDER BY object_id), '[]') FROM there WHERE kind = 'pod') AS pods,
      (SELECT COALESCE(json_agg(json_build_object('body', body, 'endpoints', COALESCE(endpoints, '[]')) ORDER BY object_id), '[]')
        FROM there LEFT JOIN behind ON behind.service_id = object_id WHERE kind = 'service') AS services
    FROM revision_counter`;
  const { epoch, network, nodes, pods, services, ...kept } = found(recorded, 'node', nodeId);
  requireKept(kept, revision);
  found(
    nodes.find(({ id }) => id === nodeId),
    'node',
    nodeId,
  );
  const state = { epoch, revision, cluster: network, nodes, pods, services: services.map(desiredService) };
  return { state, checksum: stateChecksum(state) };
}
