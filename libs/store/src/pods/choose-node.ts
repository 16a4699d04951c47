import { ProblemError } from '@weft/model';
import type { NodeReference } from '../commit/change.ts';
import { invalid } from '../commit/invalid.ts';
import type { Tables } from '../database/database.ts';

/**
 * The node for a new pod, kept from being deleted until the commit: the one named, even when it is cordoned or not ready; else the node
 * with the fewest pods among those that are not cordoned, were seen lately, and whose host can be programmed by their backend, as long as it has an
 * address or can get a block of them. (By free addresses, the first node to get another block would get every pod until that is full.) Throws
 * ProblemError ValidationFailed, NoNodeAvailable.
 */
export async function chooseNode(tables: Tables, name: string | null): Promise<NodeReference> {
  if (name !== null) {
    const [named] = await tables.$queryRaw<NodeReference[]>`SELECT id, name FROM node WHERE name = ${name} FOR KEY SHARE`;
    if (named === undefined) throw invalid('/node', 'NotFound', `there is no node ${name}`);
    return named;
  }
  const [best] = await tables.$queryRaw<NodeReference[]>`
    SELECT n.id, n.name FROM node n JOIN node_state s ON s.node_id = n.id LEFT JOIN node_lease l ON l.node_id = n.id CROSS JOIN cluster c
    WHERE NOT n.cordoned AND s.session IS NOT NULL AND s.failure IS NULL
      AND n.lost_at IS NULL AND GREATEST(s.last_seen_at, l.renewed_at) > now() - make_interval(secs => c.not_ready_after_seconds)
      AND COALESCE(jsonb_array_length(s.facts -> 'problems'), 0) = 0 AND jsonb_exists(s.facts -> 'backends', n.backend)
    ORDER BY EXISTS (SELECT FROM address a WHERE a.holder = n.id AND a.state = 'free') OR EXISTS (
        SELECT FROM address_block b JOIN address_pool p ON p.id = b.pool_id
        WHERE p.purpose = 'pods' AND b.holder IS NULL AND b.released_at IS NULL) DESC,
      (SELECT count(*) FROM pod WHERE pod.node_id = n.id), n.name
    LIMIT 1 FOR KEY SHARE OF n`;
  if (best === undefined)
    throw new ProblemError('NoNodeAvailable', 'no node is ready and not cordoned; name one to place the pod there anyway');
  return best;
}
