import type { ClusterNetwork, DesiredNode, DesiredPod, DesiredPull, DesiredService, NodeControl } from '@weft/model';
import type { Database, Tables } from '../database/database.ts';
import { askedTogether } from '../database/together.ts';
import { desiredService, type RecordedService } from '../past/recorded-service.ts';
import { found } from '../read/not-found.ts';

/** Where a node is that asks what it has to make true; null: nowhere. */
type Since = { readonly epoch: string; readonly revision: number } | null;

interface Question {
  readonly nodeId: string;
  readonly since: Since;
}

/** What every node that is at the same point has to know. */
interface Shared<Service> {
  /** Null: everything. */
  readonly known: number | null;
  readonly nodes: DesiredNode[];
  readonly services: readonly Service[];
  readonly removed: readonly string[];
}

/** What one node has to know beside that. */
interface Own {
  /** Which question this answers. */
  readonly at: number;
  readonly known: number | null;
  readonly control: NodeControl;
  /** Ones and zeros. */
  readonly checksum: string;
  readonly pods: DesiredPod[];
  readonly removed: readonly string[];
}

interface Pulled {
  readonly epoch: string;
  readonly revision: bigint;
  readonly network: ClusterNetwork;
  /** Ones and zeros. */
  readonly checksum: string;
  readonly shared: readonly Shared<RecordedService>[];
  readonly own: readonly Own[];
}

/**
 * What nodes have to make true. After every change all of them ask at once, and nearly all for the same, so it is one statement for those that ask together: it
 * sees one state of the database, and reads what is for every node once for each point at which nodes are.
 * That is what changed after the point when that is known (a `known` of null: everything), and of that the ids that are gone, or are services without a dataplane
 * now. The checksums together are stateChecksum of @weft/model over everything the node must hold, computed where the rows are.
 */
async function read(tables: Tables, questions: readonly Question[]): Promise<Pulled> {
  const asked = questions.map(({ nodeId, since }, at) => ({ at, nodeId, epoch: since?.epoch ?? null, revision: since?.revision ?? null }));
  const [pulled] = await tables.$queryRaw<Pulled[]>`
    WITH counter AS (SELECT epoch, revision, oldest FROM revision_counter),
    asked AS (
      SELECT at, "nodeId" AS node_id, CASE WHEN a.epoch = counter.epoch AND a.revision BETWEEN oldest AND counter.revision THEN a.revision END AS known
      FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS a (at int, "nodeId" text, epoch text, revision bigint) CROSS JOIN counter
    ), points AS (SELECT known, COALESCE(known, 0) AS after FROM asked GROUP BY known)
    SELECT epoch, revision, cluster.network,
      (SELECT COALESCE(bit_xor(('x' || encode(sha256(convert_to(version, 'UTF8')), 'hex'))::bit(256)), 0::bit(256))::text FROM (
        SELECT id || '@' || dataplane_revision AS version FROM node
        UNION ALL SELECT id || '@' || dataplane_revision FROM service WHERE cluster_ip IS NOT NULL) versions) AS checksum,
      (SELECT COALESCE(json_agg(json_build_object('known', known,
        'nodes', (SELECT COALESCE(json_agg(body ORDER BY id), '[]') FROM desired_node WHERE desired_node.revision > after),
        'services', (SELECT COALESCE(json_agg(json_build_object('body', body, 'endpoints', endpoints) ORDER BY id), '[]')
          FROM desired_service WHERE desired_service.revision > after),
        'removed', ARRAY(SELECT object_id FROM object_version WHERE type = 'DELETED' AND revision > known AND kind IN ('node', 'service')
          UNION SELECT id FROM service WHERE type = 'ExternalName' AND dataplane_revision > known))), '[]') FROM points) AS shared,
      (SELECT COALESCE(json_agg(json_build_object('at', at, 'known', known,
        'control', json_build_object('frozen', node.frozen OR cluster.frozen, 'driftPolicy', node.drift_policy),
        'checksum', (SELECT COALESCE(bit_xor(('x' || encode(sha256(convert_to(id || '@' || dataplane_revision, 'UTF8')), 'hex'))::bit(256)), 0::bit(256))::text
          FROM pod WHERE node_id = node.id),
        'pods', (SELECT COALESCE(json_agg(body ORDER BY id), '[]') FROM desired_pod
          WHERE desired_pod.node_id = node.id AND desired_pod.revision > COALESCE(known, 0)),
        'removed', ARRAY(SELECT object_id FROM object_version
          WHERE type = 'DELETED' AND revision > known AND kind = 'pod' AND object_version.node_id = node.id))), '[]')
        FROM asked JOIN node ON node.id = asked.node_id) AS own
    FROM counter CROSS JOIN cluster`;
  if (pulled === undefined) throw new Error('the cluster is not initialised');
  return pulled;
}

const bits = (text: string) => BigInt(`0b${text}`);

/** Puts together what each of the nodes that asked has to know; null: there is no such node. */
function answersOf({ epoch, revision, network, checksum, shared, own }: Pulled): ReadonlyMap<number, DesiredPull> {
  const points = new Map<number | null, Shared<DesiredService>>(
    shared.map((point) => [point.known, { ...point, services: point.services.map(desiredService) }]),
  );
  return new Map(
    own.flatMap(({ at, known, control, checksum: ofPods, pods, removed }) => {
      const point = points.get(known);
      if (point === undefined) return [];
      const pull: DesiredPull = {
        kind: known === null ? 'snapshot' : 'delta',
        epoch,
        revision: Number(revision),
        checksum: (bits(checksum) ^ bits(ofPods)).toString(16).padStart(checksum.length / 4, '0'),
        cluster: network,
        control,
        nodes: point.nodes,
        pods,
        services: [...point.services],
        removed: [...point.removed, ...removed].sort(),
      };
      return [[at, pull] as const];
    }),
  );
}

/** Asks what one node has to make true. Throws ProblemError NotFound for a node that is not there. */
export function pulls(database: Database): (nodeId: string, since: Since) => Promise<DesiredPull> {
  const answer = async (questions: readonly Question[]) => {
    const answers = answersOf(await database.read((tables) => read(tables, questions)));
    const places = new Map(questions.map((question, at) => [question, at]));
    return (question: Question) => answers.get(places.get(question) ?? -1);
  };
  const ask = askedTogether<Question, DesiredPull | undefined>(answer, ({ since }) => `${since?.epoch} ${since?.revision}`);
  return async (nodeId, since) => found(await ask({ nodeId, since }), 'node', nodeId);
}
