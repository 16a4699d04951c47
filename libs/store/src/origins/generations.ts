import type { Tables } from '../database/database.ts';

interface Row {
  readonly id: string;
  readonly generation: number;
}

/** Generations of objects as of a revision, by id; of those that are kept. */
export async function generationsAt(tables: Tables, ids: readonly string[], revision: number): Promise<ReadonlyMap<string, number>> {
  const rows = await tables.$queryRaw<Row[]>`
    SELECT id, (version.object->>'generation')::integer AS generation FROM unnest(${ids}::text[]) AS asked (id) CROSS JOIN LATERAL (
      SELECT object FROM object_version WHERE object_id = id AND revision <= ${revision} ORDER BY revision DESC LIMIT 1) version
    WHERE version.object->>'generation' IS NOT NULL`;
  return new Map(rows.map(({ id, generation }) => [id, generation]));
}
