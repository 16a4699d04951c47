import type { Id } from '@weft/model';
import type { Tables } from '../database/database.ts';
import type { FirstApplied } from './origin-store.ts';

interface Row {
  readonly revision: bigint;
  readonly receipt: Id<'receipt'>;
  readonly at: string;
}

/** The first apply on a node that reached each revision and went well; none for a revision of which no such receipt is kept. */
export async function firstApplied(
  tables: Tables,
  nodeId: string,
  revisions: readonly number[],
): Promise<ReadonlyMap<number, FirstApplied>> {
  const rows = await tables.$queryRaw<Row[]>`
    SELECT asked.revision, first.id AS receipt, first.record->>'startedAt' AS at
    FROM unnest(${revisions.map(BigInt)}::bigint[]) AS asked (revision) CROSS JOIN LATERAL (
      SELECT id, record FROM receipt WHERE node_id = ${nodeId} AND to_revision >= asked.revision AND record->>'outcome' = 'applied'
      ORDER BY to_revision, serial LIMIT 1) first`;
  return new Map(rows.map(({ revision, receipt, at }) => [Number(revision), { receipt, at }]));
}
