import type { NodeReference, Prepare } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import { concernsDataplane } from '../endpoints/derived.ts';
import { differencesOfNode, lockNodeWithEndpoints } from '../endpoints/of-node.ts';
import { writeDifferences } from '../endpoints/stamp-services.ts';
import type { NodeModel } from '../generated/models.ts';
import { aboutNode, nodeVersion } from '../nodes/node-row.ts';
import type { Verdict } from './judgement.ts';

/** What a verdict makes of a node. */
const OUTCOME: Readonly<Record<Verdict, { readonly lost: boolean; readonly withdrawn: boolean }>> = {
  Lost: { lost: true, withdrawn: true },
  LostButKept: { lost: true, withdrawn: false },
  Withdrawn: { lost: true, withdrawn: true },
  Returned: { lost: false, withdrawn: false },
};

/** The operations that verdicts are recorded as. */
export const OPERATION_OF: Readonly<Record<Verdict, string>> = {
  Lost: 'nodeLost',
  LostButKept: 'nodeLost',
  Withdrawn: 'nodeWithdrawn',
  Returned: 'nodeReturned',
};

/** True when nothing was heard of a node for longer than that, as of now. */
async function isSilent(tables: Tables, nodeId: string, graceSeconds: number): Promise<boolean> {
  const [row] = await tables.$queryRaw<{ silent: boolean }[]>`
    SELECT GREATEST(s.last_seen_at, l.renewed_at) < clock_timestamp() - make_interval(secs => ${graceSeconds}::float8) AS silent
    FROM node_state s LEFT JOIN node_lease l ON l.node_id = s.node_id WHERE s.node_id = ${nodeId}`;
  return row?.silent === true;
}

const standingOf = ({ lostAt, withdrawn }: NodeModel) => ({ lostAt: lostAt?.toISOString() ?? null, withdrawn });

/** Carries out a verdict on a node, unless it was heard of meanwhile, or is not any more: a change like any other, which those who watch see and every node applies. */
export function verdictOn(nodeId: string, verdict: Verdict, graceSeconds: number): Prepare<NodeReference> {
  return async (tables) => {
    const row = await lockNodeWithEndpoints(tables, nodeId, 'NO KEY UPDATE');
    const { lost, withdrawn } = OUTCOME[verdict];
    const object = { id: row.id, name: row.name };
    const isSo = (row.lostAt !== null) === lost && row.withdrawn === withdrawn;
    if (isSo || (await isSilent(tables, nodeId, graceSeconds)) !== lost) return { unchanged: object, revision: Number(row.revision) };
    const differences =
      withdrawn === row.withdrawn || row.drain !== null ? [] : await differencesOfNode(tables, nodeId, withdrawn ? 'NodeNotReady' : null);
    return {
      about: aboutNode(row),
      concerns: differences.some(concernsDataplane) ? 'all' : [],
      status: 200,
      write: async (stamp) => {
        const { revision, at } = stamp;
        const lostAt = lost ? (row.lostAt ?? at) : null;
        const changed = await tables.node.update({ where: { id: nodeId }, data: { lostAt, withdrawn, revision, updatedAt: at } });
        const versions = [nodeVersion('MODIFIED', changed), ...(await writeDifferences(tables, stamp, differences))];
        return { object, before: standingOf(row), after: standingOf(changed), versions };
      },
    };
  };
}
