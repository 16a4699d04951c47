import { fulfils, type Labels, type ObjectDifference, type PastKind, type PastObject, type Requirement } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { Prisma } from '../generated/client.ts';
import type { Page } from '../query.ts';
import { page } from '../read/page.ts';
import type { PastObjectQuery } from './past-store.ts';
import { readKept, requireKept } from './position.ts';

type Stored = Readonly<Record<string, unknown>>;

interface Identified {
  readonly id: string;
  readonly namespace: string | null;
}

interface Row extends Identified {
  readonly revision: bigint;
  readonly object: Stored;
}

interface Pair extends Identified {
  readonly before: Stored | null;
  readonly after: Stored | null;
}

/** Which versions a query is about, whenever they were. Whoever reaches only some namespaces sees those themselves by their names. */
function matching(kind: PastKind, after: string, { namespace, name, ids, within }: PastObjectQuery): Prisma.Sql {
  const conditions = [
    Prisma.sql`kind = ${kind} AND object_id > ${after}`,
    namespace && Prisma.sql`namespace = ${namespace}`,
    name && Prisma.sql`object->>'name' = ${name}`,
    ids && Prisma.sql`object_id = ANY (${ids}::text[])`,
    within && Prisma.sql`CASE kind WHEN 'namespace' THEN object->>'name' ELSE namespace END = ANY (${within}::text[])`,
  ];
  return Prisma.join(
    conditions.filter((condition) => condition instanceof Prisma.Sql),
    ' AND ',
  );
}

const fulfilled = (requirements: readonly Requirement[], object: Stored | null) =>
  object !== null && fulfils(requirements, (object.labels ?? {}) as Labels);

/** Reads on until as many rows are chosen as were asked for, or there are no more. */
async function chosen<R extends Identified>(
  read: (after: string, take: number) => Promise<R[]>,
  choose: (row: R) => boolean,
  after: string,
  take: number,
): Promise<R[]> {
  const found: R[] = [];
  for (let from = after; found.length < take; ) {
    const rows = await read(from, take);
    found.push(...rows.filter(choose));
    const last = rows.at(-1);
    if (rows.length < take || last === undefined) break;
    from = last.id;
  }
  return found.slice(0, take);
}

/** A stored object as the API shows it: what a service keeps for itself is left out. */
function shown(object: Stored): Stored {
  const { dataplaneRevision: _, endpoints, ...rest } = object;
  return endpoints === undefined ? rest : { ...rest, status: { endpoints } };
}

const nameOf = ({ name }: Stored) => (typeof name === 'string' ? name : null);

/** The objects of a kind that were there as of a revision. Throws ProblemError Expired, BadRequest. */
export async function objectsAt(tables: Tables, kind: PastKind, revision: number, query: PastObjectQuery): Promise<Page<PastObject>> {
  const read = (after: string, take: number) => tables.$queryRaw<Row[]>`
    SELECT object_id AS id, namespace, revision, object FROM (
      SELECT DISTINCT ON (object_id) object_id, namespace, revision, type, object FROM object_version
      WHERE ${matching(kind, after, query)} AND revision <= ${revision} ORDER BY object_id, revision DESC) newest
    WHERE type <> 'DELETED' ORDER BY object_id LIMIT ${take}`;
  const rows = await page(tables, query, (after, take) =>
    chosen(read, ({ object }) => fulfilled(query.labelSelector ?? [], object), after, take),
  );
  requireKept(await readKept(tables), revision);
  return {
    ...rows,
    items: rows.items.map(({ id, namespace, object, ...row }) => ({
      kind,
      id,
      namespace,
      name: nameOf(object),
      revision: Number(row.revision),
      object: shown(object),
    })),
  };
}

/** What every change of an object changes. */
const PASSING = Prisma.sql`'{revision,generation,updatedAt,dataplaneRevision}'::text[]`;

/** The objects of a kind that are otherwise as of one revision than as of another. Throws ProblemError Expired, BadRequest. */
export async function compareObjects(
  tables: Tables,
  kind: PastKind,
  { from, to }: { readonly from: number; readonly to: number },
  query: PastObjectQuery,
): Promise<Page<ObjectDifference>> {
  const asOf = (revision: number) => Prisma.sql`
    SELECT CASE WHEN type <> 'DELETED' THEN object END AS object FROM object_version v
    WHERE v.kind = ${kind} AND v.object_id = touched.object_id AND v.revision <= ${revision} ORDER BY v.revision DESC LIMIT 1`;
  const read = (after: string, take: number) => tables.$queryRaw<Pair[]>`
    SELECT touched.object_id AS id, namespace, b.object AS before, a.object AS after FROM (
      SELECT DISTINCT object_id, namespace FROM object_version
      WHERE ${matching(kind, after, query)} AND revision > ${Math.min(from, to)} AND revision <= ${Math.max(from, to)}) touched
      LEFT JOIN LATERAL (${asOf(from)}) b ON true LEFT JOIN LATERAL (${asOf(to)}) a ON true
    WHERE b.object - ${PASSING} IS DISTINCT FROM a.object - ${PASSING} ORDER BY touched.object_id LIMIT ${take}`;
  const { labelSelector = [] } = query;
  const rows = await page(tables, query, (after, take) =>
    chosen(read, (pair) => fulfilled(labelSelector, pair.before) || fulfilled(labelSelector, pair.after), after, take),
  );
  const kept = await readKept(tables);
  requireKept(kept, from);
  requireKept(kept, to);
  return {
    ...rows,
    items: rows.items.map(({ id, namespace, before, after }) => ({
      kind,
      id,
      namespace,
      name: nameOf(after ?? before ?? {}),
      before: before && shown(before),
      after: after && shown(after),
    })),
  };
}
