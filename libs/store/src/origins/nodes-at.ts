import type { ClusterNetwork, DesiredNode } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { type Kept, requireKept } from '../past/position.ts';
import { found } from '../read/not-found.ts';
import type { DesiredNodes } from './origin-store.ts';

interface Row extends Kept {
  readonly cluster: ClusterNetwork;
  readonly nodes: DesiredNode[];
}

/** What of the desired state is the same for all services and pods, as of a revision. Throws ProblemError Expired, BadRequest. */
export async function nodesAt(tables: Tables, revision: number): Promise<DesiredNodes> {
  const [row] = await tables.$queryRaw<Row[]>`
    WITH newest AS (
      SELECT DISTINCT ON (object_id) object_id, kind, body FROM desired_version
      WHERE kind IN ('node', 'cluster') AND revision <= ${revision} ORDER BY object_id, revision DESC)
    SELECT revision, past_from AS "pastFrom", (SELECT body FROM newest WHERE kind = 'cluster') AS cluster,
      (SELECT COALESCE(json_agg(body ORDER BY object_id), '[]') FROM newest WHERE kind = 'node' AND body IS NOT NULL) AS nodes
    FROM revision_counter`;
  const { cluster, nodes, ...kept } = found(row, 'cluster', 'cluster');
  requireKept(kept, revision);
  return { revision, cluster, nodes };
}
