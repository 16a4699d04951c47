import type { NodeProgress } from '@weft/model';
import type { Tables } from '../database/database.ts';
import type { Concerns } from '../request-context.ts';
import type { NodeStanding } from './fleet.ts';

const NAMES_MAX = 20;

/**
 * How far a revision has come on the nodes it concerns. Each of them is one of applied, frozen, failed and stale. A node that never joined has
 * no dataplane that could be behind and is not counted.
 */
export function progressOf(fleet: readonly NodeStanding[], revision: number, concerns: Concerns): NodeProgress {
  const concerned = fleet.filter(({ joined, name }) => joined && (concerns === 'all' || concerns.includes(name)));
  const behind = concerned.filter((node) => node.appliedRevision < revision);
  const frozen = behind.filter((node) => node.frozen).length;
  const failed = behind.filter((node) => !node.frozen && node.failure !== null).length;
  return {
    desired: concerned.length,
    applied: concerned.length - behind.length,
    failed,
    stale: behind.length - failed - frozen,
    frozen,
    waitingFor: behind.slice(0, NAMES_MAX).map((node) => node.name),
  };
}

/** How far revisions have come that concern all nodes, by revision: progressOf, asked again and again of the same nodes. */
export function progressOnAll(fleet: readonly NodeStanding[]): (revision: number) => NodeProgress {
  const applied = fleet.filter(({ joined }) => joined).map(({ appliedRevision }) => appliedRevision);
  const everywhere = applied.length === 0 ? 0 : Math.min(...applied);
  const known = new Map<number, NodeProgress>();
  return (revision) => {
    // What every node has applied is told alike, and in a list that is nearly everything.
    const at = Math.max(revision, everywhere);
    const progress = known.get(at) ?? progressOf(fleet, at, 'all');
    known.set(at, progress);
    return progress;
  };
}

/** The same for some revisions, counted where the rows are: of a thousand nodes one row comes back and not a thousand. */
export async function readProgress(tables: Tables, revisions: readonly number[]): Promise<(revision: number) => NodeProgress> {
  const rows = await tables.$queryRaw<(NodeProgress & { readonly revision: bigint })[]>`
    SELECT asked.revision, progress.* FROM unnest(${[...new Set(revisions)]}::bigint[]) AS asked (revision) CROSS JOIN LATERAL (
      SELECT count(*)::int AS desired,
        (count(*) FILTER (WHERE NOT behind))::int AS applied,
        (count(*) FILTER (WHERE behind AND NOT frozen AND failed))::int AS failed,
        (count(*) FILTER (WHERE behind AND NOT frozen AND NOT failed))::int AS stale,
        (count(*) FILTER (WHERE behind AND frozen))::int AS frozen,
        COALESCE((array_agg(name ORDER BY name) FILTER (WHERE behind))[1:${NAMES_MAX}::int], '{}') AS "waitingFor"
      FROM (
        SELECT n.name, n.frozen OR f.frozen AS frozen, COALESCE(s.failure, 'null') <> 'null' AS failed,
          CASE WHEN s.epoch = c.epoch THEN s.applied_revision ELSE 0 END < asked.revision AS behind
        FROM node n JOIN node_state s ON s.node_id = n.id CROSS JOIN revision_counter c CROSS JOIN cluster f WHERE s.session IS NOT NULL) node
    ) progress`;
  const known = new Map(rows.map(({ revision, ...progress }) => [Number(revision), progress]));
  return (revision) => known.get(revision) ?? progressOf([], revision, 'all');
}
