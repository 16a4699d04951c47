import type { ClusterNetwork, DesiredNode, DesiredPod, NodeControl } from '@weft/model';
import type { Tables } from '../database/database.ts';
import type { RecordedService } from '../past/recorded-service.ts';

/** Where a node is that asks what it has to make true; null: nowhere. */
export type Since = { readonly epoch: string; readonly revision: number } | null;

/** A node that asks. */
export interface Asking {
  readonly nodeId: string;
  readonly since: Since;
  /** The revision of an answer that is kept and would do, if nothing of its own has changed on the node after that; null: there is none. */
  readonly kept: number | null;
  /** The revision up to which it is kept what has changed for every node since it was there: that is not read again. Null: it is not kept. */
  readonly reached: number | null;
}

/** An object that is gone, and since which revision. */
export interface Gone {
  readonly id: string;
  readonly revision: number;
}

/** What every node has to know that is at a revision or has seen a later one. */
export interface Shared<Service> {
  /** Null: everything. */
  readonly known: number | null;
  /** From where on what is gone was read, with everything too: the earliest point at which somebody is; null: nobody is anywhere. */
  readonly earliest: number | null;
  readonly nodes: DesiredNode[];
  readonly services: Service[];
  readonly removed: readonly Gone[];
}

/** What one node has to know beside that. */
export interface Own {
  /** Which of those that asked this is for. */
  readonly at: number;
  readonly known: number | null;
  /** False: the answer that is kept does for it. */
  readonly fresh: boolean;
  readonly control: NodeControl;
  /** Ones and zeros. */
  readonly checksum: string;
  readonly pods: DesiredPod[];
  readonly removed: readonly string[];
}

/** Which versions there are of what is for every node since a revision at which all were known; a `known` of null: all of them. */
export interface VersionsSince {
  readonly known: number | null;
  /** Revisions by id. */
  readonly changed: Readonly<Record<string, number>>;
  readonly removed: readonly string[];
}

/** What was read for every node, and what it takes to sum it up. */
export interface ReadForAll {
  readonly versions: VersionsSince;
  readonly shared: Shared<RecordedService>;
}

/** Where the database is, and what those that asked have to know. */
export interface Pulled {
  readonly epoch: string;
  readonly revision: bigint;
  readonly network: ClusterNetwork;
  /** Null: the answers that are kept did for all. */
  readonly forAll: ReadForAll | null;
  readonly own: readonly Own[];
}

/** What is asked of the database at a time. */
export interface Reading {
  readonly asking: readonly Asking[];
  /** Where other nodes are, which will ask next: when anything is read for every node, it is read from there on as well. Null: nobody knows. */
  readonly others: number | null;
  /** At which all versions of what is for every node are known; null: nowhere. */
  readonly summed: Since;
}

/**
 * Reads what nodes have to make true. After every change all of them ask at once, and nearly all for the same, so it is one statement for those that ask together: it
 * sees one state of the database, and reads what is for every node once, from the earliest point on at which one of them is, or up to which it is kept for that node.
 * That is what changed after the point when that is known (a `known` of null: everything), and of that the ids that are gone, or are services without a dataplane
 * now. Nothing of it is read when answers that are kept do. The checksums of what is a node's own and of the versions (shared-sum.ts) together are stateChecksum of @weft/model over everything
 * the node must hold.
 * A list is a question of its own, as in knownTokens: planned anew each time the statement took half as long again.
 */
export async function readPulls(tables: Tables, { asking, others, summed }: Reading): Promise<Pulled> {
  const asked = asking.map(({ nodeId, since, kept, reached }, at) => ({
    at,
    nodeId,
    kept,
    reached,
    epoch: since?.epoch ?? null,
    revision: since?.revision ?? null,
  }));
  const revision = summed?.revision ?? -1;
  const [pulled] = await tables.$queryRaw<Pulled[]>`
    WITH counter AS (SELECT epoch, revision, oldest FROM revision_counter),
    placed AS (
      SELECT at, "nodeId" AS node_id, kept, reached, CASE WHEN a.epoch = counter.epoch AND a.revision BETWEEN oldest AND counter.revision THEN a.revision END AS known
      FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS a (at int, "nodeId" text, kept bigint, reached bigint, epoch text, revision bigint) CROSS JOIN counter
    ), asked AS MATERIALIZED (
      SELECT placed.*, kept IS NULL OR known IS NULL
        OR EXISTS (SELECT FROM pod WHERE pod.node_id = placed.node_id AND dataplane_revision > kept)
        OR EXISTS (SELECT FROM object_version v WHERE type = 'DELETED' AND revision > kept AND kind = 'pod' AND v.node_id = placed.node_id) AS fresh
      FROM placed
    ), point AS (
      SELECT CASE WHEN NOT whole THEN earliest END AS known, earliest FROM (
        SELECT bool_or(known IS NULL) AS whole,
          LEAST(CASE WHEN bool_or(known IS NULL) THEN min(known) ELSE min(COALESCE(reached, known)) END, (SELECT ${others}::bigint FROM counter WHERE ${others}::bigint BETWEEN oldest AND revision)) AS earliest
        FROM asked WHERE fresh HAVING count(*) > 0) asked
    ), summed AS (
      SELECT CASE WHEN epoch = ${summed?.epoch ?? ''} AND ${revision}::bigint BETWEEN oldest AND revision THEN ${revision}::bigint END AS known FROM counter
    )
    SELECT epoch, revision, cluster.network,
      (SELECT json_build_object('versions', (SELECT json_build_object('known', known,
        'changed', (SELECT COALESCE(json_object_agg(id, dataplane_revision), '{}') FROM (
          SELECT id, dataplane_revision FROM node WHERE dataplane_revision > COALESCE(known, 0)
          UNION ALL SELECT id, dataplane_revision FROM service WHERE cluster_ip IS NOT NULL AND dataplane_revision > COALESCE(known, 0)) versions),
        'removed', ARRAY(SELECT object_id FROM object_version WHERE type = 'DELETED' AND revision > known AND kind IN ('node', 'service')
          UNION SELECT id FROM service WHERE type = 'ExternalName' AND dataplane_revision > known)) FROM summed),
      'shared', json_build_object('known', known, 'earliest', earliest,
        'nodes', (SELECT COALESCE(json_agg(body ORDER BY id), '[]') FROM desired_node WHERE desired_node.revision > COALESCE(known, 0)),
        'services', (SELECT COALESCE(json_agg(json_build_object('body', body, 'endpoints', endpoints) ORDER BY id), '[]')
          FROM desired_service WHERE desired_service.revision > COALESCE(known, 0)),
        'removed', (SELECT COALESCE(json_agg(json_build_object('id', id, 'revision', revision)), '[]') FROM (
          SELECT object_id AS id, revision FROM object_version WHERE type = 'DELETED' AND revision > earliest AND kind IN ('node', 'service')
          UNION ALL SELECT id, dataplane_revision FROM service WHERE type = 'ExternalName' AND dataplane_revision > earliest) gone))) FROM point) AS "forAll",
      (SELECT COALESCE(json_agg(json_build_object('at', at, 'known', known, 'fresh', fresh,
        'control', json_build_object('frozen', node.frozen OR cluster.frozen, 'driftPolicy', node.drift_policy),
        'checksum', (SELECT COALESCE(bit_xor(('x' || encode(sha256(convert_to(id || '@' || dataplane_revision, 'UTF8')), 'hex'))::bit(256)), 0::bit(256))::text
          FROM pod WHERE node_id = node.id),
        'pods', (SELECT COALESCE(json_agg(body ORDER BY id), '[]') FROM desired_pod
          WHERE desired_pod.node_id = node.id AND desired_pod.revision > COALESCE(known, 0)),
        'removed', ARRAY(SELECT object_id FROM object_version
          WHERE type = 'DELETED' AND revision > known AND kind = 'pod' AND object_version.node_id = node.id))), '[]')
        FROM asked CROSS JOIN LATERAL (SELECT id, frozen, drift_policy FROM node WHERE id = asked.node_id LIMIT 1) node) AS own
    FROM counter CROSS JOIN cluster`;
  if (pulled === undefined) throw new Error('the cluster is not initialised');
  return pulled;
}
