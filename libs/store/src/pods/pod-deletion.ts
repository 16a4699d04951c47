import type { Pod } from '@weft/model';
import { quarantineAddresses } from '../addresses/release.ts';
import type { Change, NoChange, Prepare } from '../commit/change.ts';
import { requireMatch } from '../commit/match.ts';
import type { Tables } from '../database/database.ts';
import { concernsDataplane, differencesOfPods } from '../endpoints/derived.ts';
import { writeDifferences } from '../endpoints/stamp-services.ts';
import type { Match } from '../request-context.ts';
import { lockPod } from './pod-mutations.ts';
import { aboutPod, type PodRow, podNode, podOf, podVersion } from './pod-row.ts';

/** The end of a pod. Its address is kept back until every node has forgotten it. */
async function end(tables: Tables, row: PodRow): Promise<Change<Pod>> {
  const { id } = row;
  const differences = await differencesOfPods(tables, [], { gone: [id] });
  const object = podOf(row);
  return {
    about: aboutPod(row),
    concerns: differences.some(concernsDataplane) ? 'all' : [{ id: row.nodeId, name: row.node.name }],
    status: 200,
    write: async (stamp) => {
      const versions = await writeDifferences(tables, stamp, differences);
      await quarantineAddresses(tables, stamp, id);
      await tables.$executeRaw`DELETE FROM pod WHERE id = ${id}`;
      return { object, before: object, after: null, versions: [...versions, podVersion('DELETED', row)] };
    },
  };
}

/** The beginning of the end: from now on its endpoints are terminating; it stays wired, and its node hears nothing. */
async function terminate(tables: Tables, row: PodRow, terminatesAt: Date): Promise<Change<Pod>> {
  const before = podOf(row);
  const differences = await differencesOfPods(tables, [{ ...row, terminatesAt }]);
  return {
    about: aboutPod(row),
    concerns: differences.some(concernsDataplane) ? 'all' : [],
    status: 202,
    write: async (stamp) => {
      const { revision, at } = stamp;
      const data = { terminatesAt, generation: { increment: 1 }, revision, updatedAt: at };
      const changed = await tables.pod.update({ where: { id: row.id }, data, include: podNode });
      const versions = await writeDifferences(tables, stamp, differences);
      const object = podOf(changed);
      return { object, before, after: object, versions: [podVersion('MODIFIED', changed), ...versions] };
    },
  };
}

/** The time by the database's clock that many seconds from now. */
async function inSeconds(tables: Tables, seconds: number): Promise<Date> {
  const [row] = await tables.$queryRaw<[{ time: Date }]>`
    SELECT (clock_timestamp() + make_interval(secs => ${seconds}::float8))::timestamptz(3) AS time`;
  return row.time;
}

/**
 * A pod that is deleted: gone, or going when there is a grace period, its own or one asked for. A pod that is going already can go earlier, not later:
 * asking for that changes nothing.
 */
export function podDeletion(id: string, match: Match, gracePeriodSeconds: number | undefined): Prepare<Pod> {
  return async (tables): Promise<Change<Pod> | NoChange<Pod>> => {
    const row = await lockPod(tables, id);
    await requireMatch(tables, match, row.generation);
    const grace = gracePeriodSeconds ?? row.terminationGracePeriodSeconds;
    if (grace === 0) return end(tables, row);
    const terminatesAt = await inSeconds(tables, grace);
    if (row.terminatesAt === null || terminatesAt < row.terminatesAt) return terminate(tables, row, terminatesAt);
    return { unchanged: podOf(row), revision: Number(row.revision), status: 202 };
  };
}

/** A pod whose time is over, and the request that asked for its end. */
export interface OverduePod {
  readonly id: string;
  readonly requestId: string | null;
}

/** Pods whose time is over, at most that many, those first that should have gone first. */
export async function overduePods(tables: Tables, limit: number): Promise<OverduePod[]> {
  return tables.$queryRaw<OverduePod[]>`
    SELECT id, (SELECT request_id FROM change WHERE object_id = pod.id AND operation = 'podDelete' ORDER BY revision DESC LIMIT 1) AS "requestId"
    FROM pod WHERE terminates_at <= clock_timestamp() ORDER BY terminates_at, id LIMIT ${limit}`;
}

/** The end of a pod whose time is over. */
export function overdueEnd(id: string): Prepare<Pod> {
  return async (tables) => end(tables, await lockPod(tables, id));
}
