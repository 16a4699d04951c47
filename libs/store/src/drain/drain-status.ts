import type { DrainStatus } from '@weft/model';
import type { Tables } from '../database/database.ts';
import type { NodeStanding } from '../fleet/fleet.ts';
import type { DrainOrder } from './drain-order.ts';

const NAMES_MAX = 20;

/** A node that is to be emptied. */
export interface DrainingNode {
  readonly id: string;
  readonly order: DrainOrder;
  readonly podsLeft: number;
}

/** The nodes that are to be emptied. */
export async function drainingNodes(tables: Tables): Promise<DrainingNode[]> {
  return tables.$queryRaw<DrainingNode[]>`
    SELECT id, drain AS "order", (SELECT count(*)::int FROM pod WHERE pod.node_id = node.id) AS "podsLeft"
    FROM node WHERE drain IS NOT NULL ORDER BY id`;
}

/**
 * Nodes that are heard of and have not applied a revision that concerns them. Nobody waits for one that is not: who knows when it comes back. One that has applied all it should has
 * applied that as well, even if it did not concern it.
 */
export function behind(fleet: readonly NodeStanding[], revision: number): string[] {
  return fleet
    .filter(
      ({ joined, lostAt, appliedRevision, desiredRevision }) =>
        joined && lostAt === null && appliedRevision < Math.min(revision, desiredRevision),
    )
    .map(({ name }) => name);
}

/** How far the emptying of a node has come. */
export function drainStatus({ id, order, podsLeft }: DrainingNode, fleet: readonly NodeStanding[]): DrainStatus {
  const { startedAt, graceSeconds, waitSeconds, withdrawnAt, evictedAt, emptyAt } = order;
  const told = { startedAt, graceSeconds, waitSeconds, podsLeft };
  if (evictedAt === null) return { ...told, phase: 'Withdrawing', waitingFor: behind(fleet, withdrawnAt).slice(0, NAMES_MAX) };
  if (podsLeft > 0 || emptyAt === null) return { ...told, phase: 'Evicting', waitingFor: [] };
  const waitingFor = behind(
    fleet.filter((node) => node.id === id),
    emptyAt,
  );
  return { ...told, phase: waitingFor.length > 0 ? 'Evicting' : 'Drained', waitingFor };
}

/** How long ago a time (RFC 3339) was, by the database's clock. */
export async function secondsSince(tables: Tables, time: string): Promise<number> {
  const [row] = await tables.$queryRaw<[{ seconds: number }]>`
    SELECT EXTRACT(EPOCH FROM clock_timestamp() - ${time}::timestamptz)::float8 AS seconds`;
  return row.seconds;
}
