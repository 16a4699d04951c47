import type { Version } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import { endpointNames, endpointOf, endpointVersion } from '../endpoints/endpoint-row.ts';
import { Prisma } from '../generated/client.ts';
import { namespaceOf, namespaceVersion } from '../namespaces/namespace-row.ts';
import { nodeVersion } from '../nodes/node-row.ts';
import { podNode, podVersion } from '../pods/pod-row.ts';
import { rolloutNodes, rolloutOf, rolloutVersion } from '../rollouts/rollout-row.ts';
import { serviceVersion } from '../services/service-row.ts';
import type { HistoricKind } from '../watched.ts';

type Where = { readonly id: { readonly in: string[] } };

/** How the objects of each kind are now, as entries of history. */
const VERSIONS: Record<HistoricKind, (tables: Tables, where: Where) => Promise<Version[]>> = {
  namespace: async (tables, where) =>
    (await tables.namespace.findMany({ where })).map((row) => namespaceVersion('ADDED', namespaceOf(row))),
  node: async (tables, where) => (await tables.node.findMany({ where })).map((row) => nodeVersion('ADDED', row)),
  pod: async (tables, where) => (await tables.pod.findMany({ where, include: podNode })).map((row) => podVersion('ADDED', row)),
  service: async (tables, where) => (await tables.service.findMany({ where })).map((row) => serviceVersion('ADDED', row)),
  endpoint: async (tables, where) =>
    (await tables.endpoint.findMany({ where, include: endpointNames })).map((row) => endpointVersion('ADDED', endpointOf(row))),
  rollout: async (tables, where) =>
    (await tables.rollout.findMany({ where, include: rolloutNodes })).map((row) => rolloutVersion('ADDED', rolloutOf(row))),
};

/** How many objects are written at once. */
const BATCH = 1000;

async function completeKind(tables: Tables, kind: HistoricKind): Promise<void> {
  const missing = await tables.$queryRaw<{ id: string }[]>`
    SELECT id FROM ${Prisma.raw(`"${kind}"`)} o
    WHERE NOT EXISTS (SELECT FROM object_version v WHERE v.kind = ${kind} AND v.object_id = o.id AND v.revision = o.revision) ORDER BY id`;
  for (let from = 0; from < missing.length; from += BATCH) {
    const versions = await VERSIONS[kind](tables, { id: { in: missing.slice(from, from + BATCH).map(({ id }) => id) } });
    await tables.$executeRaw`
      INSERT INTO object_version (revision, object_id, kind, namespace, type, node_id, dataplane_revision, object, at)
      SELECT (object->>'revision')::bigint, id, kind, namespace, type, "nodeId", "dataplaneRevision", object, (object->>'updatedAt')::timestamptz
      FROM jsonb_to_recordset(${JSON.stringify(versions)}::jsonb)
        AS v (id text, kind text, namespace text, type text, "nodeId" text, "dataplaneRevision" bigint, object jsonb)
      ON CONFLICT DO NOTHING`;
  }
}

/**
 * Sees to it that history has every object as it is now. It always has, but for what a cluster begins with, and for a database whose history was forgotten
 * after a day by an older version of weft.
 */
export async function completeVersions(tables: Tables): Promise<void> {
  for (const kind of Object.keys(VERSIONS) as HistoricKind[]) await completeKind(tables, kind);
}
