import { type ClusterNetwork, type DesiredNode, fingerprint } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { desiredService, type RecordedService } from '../past/recorded-service.ts';
import type { Version } from './change.ts';
import { lasting } from './lasting.ts';
import type { DesiredChange, Effect, ObjectChange } from './rehearsed.ts';

/** A change that was written and is not committed yet. */
export interface WrittenChange extends ObjectChange {
  readonly revision: bigint;
  readonly versions: readonly Version[];
}

interface Row {
  readonly network: ClusterNetwork;
  readonly nodes: DesiredNode[];
  readonly pods: DesiredChange['pods'];
  readonly services: readonly RecordedService[];
}

/** Ids of the objects of which nodes have to know something new since a revision. */
function idsToKnow(changes: readonly WrittenChange[], first: number): string[] {
  const versions = changes.flatMap((change) => change.versions);
  return [...new Set(versions.filter((one) => one.type === 'DELETED' || (one.dataplaneRevision ?? 0) >= first).map(({ id }) => id))];
}

const KNOWN_TO_NODES = /^(node|pod|svc)_/;

/** How the objects that were changed are now, as nodes have to know them. */
async function readDesired(tables: Tables, changes: readonly WrittenChange[], first: number): Promise<DesiredChange> {
  const ids = idsToKnow(changes, first).filter((id) => KNOWN_TO_NODES.test(id));
  const [row] = await tables.$queryRaw<Row[]>`
    SELECT network,
      (SELECT COALESCE(json_agg(body ORDER BY id), '[]') FROM desired_node WHERE id = ANY (${ids}::text[])) AS nodes,
      (SELECT COALESCE(json_agg(json_build_object('nodeId', node_id, 'pod', body) ORDER BY id), '[]')
        FROM desired_pod WHERE id = ANY (${ids}::text[])) AS pods,
      (SELECT COALESCE(json_agg(json_build_object('body', body, 'endpoints', endpoints) ORDER BY id), '[]')
        FROM desired_service WHERE id = ANY (${ids}::text[])) AS services
    FROM cluster`;
  if (row === undefined) throw new Error('the cluster is not initialised');
  const services = row.services.map(desiredService);
  const there = new Set<string>([...row.nodes, ...row.pods.map(({ pod }) => pod), ...services].map(({ id }) => id));
  return {
    cluster: changes.some(({ object }) => object.kind === 'cluster') ? row.network : null,
    nodes: row.nodes,
    pods: row.pods,
    services,
    gone: ids.filter((id) => !there.has(id)),
  };
}

const withoutRevision = <T extends { readonly revision: number }>({ revision: _, ...rest }: T) => rest;

/** What is the same at whatever revision it is done. */
const withoutRevisions = ({ nodes, pods, services, ...rest }: DesiredChange) => ({
  ...rest,
  nodes: nodes.map(withoutRevision),
  pods: pods.map(({ nodeId, pod }) => ({ nodeId, pod: withoutRevision(pod) })),
  services: services.map(withoutRevision),
});

/** Ids of objects that changes make, of which the record of changes knew before a revision. */
async function idsSpent(tables: Tables, changes: readonly WrittenChange[], first: number): Promise<string[]> {
  const made = changes.filter(({ before }) => before === null).map(({ object }) => object.id);
  if (made.length === 0) return [];
  const where = { objectId: { in: made }, revision: { lt: first } };
  const rows = await tables.change.findMany({ where, distinct: ['objectId'], select: { objectId: true }, orderBy: { objectId: 'asc' } });
  return rows.map(({ objectId }) => objectId);
}

/** What the changes of a transaction come to that has written them and is not over. */
export async function readEffect(tables: Tables, written: readonly WrittenChange[]): Promise<Effect> {
  const { epoch, revision } = await tables.revisionCounter.findUniqueOrThrow({ where: { id: 1 } });
  const first = Number(written[0]?.revision ?? revision + 1n);
  const changes = written.map(({ operation, object, before, after }) => ({
    operation,
    object,
    before: lasting(before),
    after: lasting(after),
  }));
  const desired = await readDesired(tables, written, first);
  const spent = await idsSpent(tables, written, first);
  return { epoch, base: first - 1, changes, desired, spent, print: fingerprint({ changes, desired: withoutRevisions(desired), spent }) };
}

/** Changes of which nodes had to know something. */
export const CONCERNING_NODES = { OR: [{ concernsAll: true }, { concernedNodes: { isEmpty: false } }] };

/** True when nodes had to know of something that was committed after a revision and before another. */
export async function wereConcernedBetween(tables: Tables, after: number, before: number): Promise<boolean> {
  const where = { revision: { gt: after, lt: before }, ...CONCERNING_NODES };
  return (await tables.change.findFirst({ where, select: { revision: true } })) !== null;
}
