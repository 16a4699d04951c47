import type { Withdrawal } from '@weft/model';
import type { Tables } from '../database/database.ts';

/** Why nodes keep their endpoints in reserve, by node id; a node that is not named does not. */
export type Withdrawals = ReadonlyMap<string, Withdrawal>;

/** Why the nodes of these pods, or of these endpoints, keep them in reserve. That a node is emptied comes before that it is silent: it stays so when the node is back. */
export async function withdrawalsOf(tables: Tables, on: readonly { readonly nodeId: string | null }[]): Promise<Withdrawals> {
  const ids = [...new Set(on.flatMap(({ nodeId }) => nodeId ?? []))];
  if (ids.length === 0) return new Map();
  const rows = await tables.$queryRaw<{ id: string; withdrawal: Withdrawal }[]>`
    SELECT id, CASE WHEN drain IS NOT NULL THEN 'NodeDraining' ELSE 'NodeNotReady' END AS withdrawal
    FROM node WHERE id = ANY (${ids}::text[]) AND (drain IS NOT NULL OR withdrawn)`;
  return new Map(rows.map(({ id, withdrawal }) => [id, withdrawal]));
}
