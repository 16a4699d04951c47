import type { ClusterNetwork, DesiredNode, DesiredPod, DesiredService } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { type Kept, requireKept } from './position.ts';
import { desiredService, type RecordedService } from './recorded-service.ts';

/** A pod and where it is. */
export interface PlacedPod {
  readonly nodeId: string;
  readonly pod: DesiredPod;
}

/** What nodes had to know as of a revision, all of them or one. */
export interface DesiredFleet {
  readonly epoch: string;
  readonly revision: number;
  readonly cluster: ClusterNetwork;
  readonly nodes: readonly DesiredNode[];
  readonly pods: readonly PlacedPod[];
  readonly services: readonly DesiredService[];
}

interface Recorded extends Kept {
  readonly epoch: string;
  readonly network: ClusterNetwork;
  readonly nodes: readonly DesiredNode[];
  readonly pods: readonly PlacedPod[];
  readonly services: readonly RecordedService[];
}

/**
 * What nodes had to know as of a revision, with the pods of one node, or of all (null): one statement, which sees one state of the database. The newest
 * versions are taken in one pass and not by a join with themselves, of which the database expects one row and loops over all. Throws ProblemError Expired,
 * BadRequest.
 */
export async function fleetAt(tables: Tables, revision: number, nodeId: string | null): Promise<DesiredFleet> {
  const [recorded] = await tables.$queryRaw<Recorded[]>`
    WITH newest AS (
      SELECT DISTINCT ON (object_id) object_id, kind, node_id, service_id, body FROM desired_version
      WHERE revision <= ${revision} AND (kind <> 'pod' OR ${nodeId}::text IS NULL OR node_id = ${nodeId}) ORDER BY object_id, revision DESC
    ), there AS (
      SELECT * FROM newest WHERE body IS NOT NULL
    ), behind AS (
      SELECT service_id, json_agg(body ORDER BY (body->>'ip')::inet, (body->>'port')::integer) AS endpoints
      FROM there WHERE kind = 'endpoint' GROUP BY service_id)
    SELECT epoch, revision, past_from AS "pastFrom",
      (SELECT body FROM there WHERE kind = 'cluster') AS network,
      (SELECT COALESCE(json_agg(body ORDER BY object_id), '[]') FROM there WHERE kind = 'node') AS nodes,
      (SELECT COALESCE(json_agg(json_build_object('nodeId', node_id, 'pod', body) ORDER BY object_id), '[]') FROM there WHERE kind = 'pod') AS pods,
      (SELECT COALESCE(json_agg(json_build_object('body', body, 'endpoints', COALESCE(endpoints, '[]')) ORDER BY object_id), '[]')
        FROM there LEFT JOIN behind ON behind.service_id = object_id WHERE kind = 'service') AS services
    FROM revision_counter`;
  if (recorded === undefined) throw new Error('the cluster is not initialised');
  const { epoch, network, nodes, pods, services, ...kept } = recorded;
  requireKept(kept, revision);
  return { epoch, revision, cluster: network, nodes, pods, services: services.map(desiredService) };
}
