import type { ClusterNetwork, DesiredNode, DesiredPod, DesiredPull, NodeControl } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { desiredService, type RecordedService } from '../past/recorded-service.ts';
import { found } from '../read/not-found.ts';

interface Pulled {
  readonly epoch: string;
  readonly revision: bigint;
  readonly delta: boolean;
  readonly control: NodeControl;
  readonly network: ClusterNetwork;
  /** Ones and zeros. */
  readonly checksum: string;
  readonly nodes: DesiredNode[];
  readonly pods: DesiredPod[];
  readonly services: readonly RecordedService[];
  readonly removed: string[];
}

/**
 * What a node has to make true. After every change all nodes ask at once, so it is one statement, which sees one state of the database:
 * what changed after `since` when that is known (a `changed` of null: everything), and of that the ids that are gone, or are services without a
 * dataplane now, and this node may hold.
 * The checksum is stateChecksum of @weft/model over everything the node must hold, computed where the rows are.
 */
export async function pullDesired(
  tables: Tables,
  nodeId: string,
  since: { readonly epoch: string; readonly revision: number } | null,
): Promise<DesiredPull> {
  const [pulled] = await tables.$queryRaw<Pulled[]>`
    WITH position AS (
      SELECT epoch, revision, CASE WHEN epoch = ${since?.epoch ?? null} AND asked BETWEEN oldest AND revision THEN asked END AS known
      FROM revision_counter CROSS JOIN (SELECT ${since?.revision ?? null}::bigint AS asked) request
    ), pulled AS (SELECT *, COALESCE(known, 0) AS after FROM position)
    SELECT epoch, revision, known IS NOT NULL AS delta, cluster.network,
      (SELECT json_build_object('frozen', frozen OR cluster.frozen, 'driftPolicy', drift_policy) FROM node WHERE id = ${nodeId}) AS control,
      (SELECT COALESCE(bit_xor(('x' || encode(sha256(convert_to(version, 'UTF8')), 'hex'))::bit(256)), 0::bit(256))::text FROM (
        SELECT id || '@' || dataplane_revision AS version FROM node
        UNION ALL SELECT id || '@' || dataplane_revision FROM pod WHERE node_id = ${nodeId}
        UNION ALL SELECT id || '@' || dataplane_revision FROM service WHERE cluster_ip IS NOT NULL) versions) AS checksum,
      (SELECT COALESCE(json_agg(body ORDER BY id), '[]') FROM desired_node WHERE desired_node.revision > after) AS nodes,
      (SELECT COALESCE(json_agg(body ORDER BY id), '[]') FROM desired_pod WHERE node_id = ${nodeId} AND desired_pod.revision > after) AS pods,
      (SELECT COALESCE(json_agg(json_build_object('body', body, 'endpoints', endpoints) ORDER BY id), '[]')
        FROM desired_service WHERE desired_service.revision > after) AS services,
      ARRAY(SELECT object_id FROM object_version
        WHERE type = 'DELETED' AND revision > known AND (kind IN ('node', 'service') OR (kind = 'pod' AND node_id = ${nodeId}))
        UNION SELECT id FROM service WHERE type = 'ExternalName' AND dataplane_revision > known
        ORDER BY 1) AS removed
    FROM pulled CROSS JOIN cluster WHERE EXISTS (SELECT FROM node WHERE id = ${nodeId})`;
  const { epoch, revision, delta, network, checksum, services, ...rest } = found(pulled, 'node', nodeId);
  return {
    kind: delta ? 'delta' : 'snapshot',
    epoch,
    revision: Number(revision),
    checksum: BigInt(`0b${checksum}`)
      .toString(16)
      .padStart(checksum.length / 4, '0'),
    cluster: network,
    services: services.map(desiredService),
    ...rest,
  };
}
