import { fulfils, type Labels } from '@weft/model';
import type { Tables } from '../database/database.ts';
import type { Page } from '../query.ts';
import { page } from '../read/page.ts';
import type { WatchedKind } from '../watched.ts';
import type { PastObject, PastObjectQuery } from './past-store.ts';
import { readKept, requireKept } from './position.ts';

interface Row {
  readonly id: string;
  readonly namespace: string | null;
  readonly revision: bigint;
  readonly object: PastObject['object'] & { readonly labels?: Labels };
}

/** The objects of a kind that were there as of a revision. Throws ProblemError Expired, BadRequest. */
export async function objectsAt(tables: Tables, kind: WatchedKind, revision: number, query: PastObjectQuery): Promise<Page<PastObject>> {
  const { namespace = null, name = null, ids = null, within = null, labelSelector = [] } = query;
  const read = (after: string, take: number) => tables.$queryRaw<Row[]>`
    SELECT object_id AS id, namespace, revision, object FROM (
      SELECT DISTINCT ON (object_id) object_id, namespace, revision, type, object FROM object_version
      WHERE kind = ${kind} AND revision <= ${revision} AND object_id > ${after}
        AND (${namespace}::text IS NULL OR namespace = ${namespace})
        AND (${within}::text[] IS NULL OR CASE ${kind}::text WHEN 'namespace' THEN object->>'name' ELSE namespace END = ANY (${within}::text[]))
        AND (${ids}::text[] IS NULL OR object_id = ANY (${ids}::text[]))
      ORDER BY object_id, revision DESC) newest
    WHERE type <> 'DELETED' AND (${name}::text IS NULL OR object->>'name' = ${name}) ORDER BY object_id LIMIT ${take}`;
  const fulfilling = async (after: string, take: number): Promise<Row[]> => {
    const rows = await read(after, take);
    const last = rows.at(-1);
    const chosen = rows.filter(({ object }) => fulfils(labelSelector, object.labels ?? {}));
    if (rows.length < take || chosen.length === rows.length || last === undefined) return chosen;
    return [...chosen, ...(await fulfilling(last.id, take - chosen.length))];
  };
  const rows = await page(tables, query, fulfilling);
  requireKept(await readKept(tables), revision);
  return {
    ...rows,
    items: rows.items.map((row) => ({ kind, id: row.id, namespace: row.namespace, revision: Number(row.revision), object: row.object })),
  };
}
