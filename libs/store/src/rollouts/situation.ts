import type { RolloutNodeState, RolloutPhase } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { phaseOf, standings } from '../fleet/fleet.ts';
import { baselineOf, beforeOf, rolloutNodes, specOf } from './rollout-row.ts';
import type { RolloutSituation } from './rollout-store.ts';

interface Age {
  readonly id: string;
  readonly seconds: number;
}

/** Reads what the next step of a rollout depends on; null when there is no such rollout. */
export async function readSituation(tables: Tables, id: string): Promise<RolloutSituation | null> {
  const row = await tables.rollout.findUnique({ where: { id }, include: rolloutNodes });
  if (row === null) return null;
  const ages = await tables.$queryRaw<Age[]>`
    SELECT node_id AS id, EXTRACT(EPOCH FROM clock_timestamp() - since)::float8 AS seconds FROM rollout_node WHERE rollout_id = ${id}`;
  const secondsOf = new Map(ages.map((age) => [age.id, age.seconds]));
  const fleet = (await standings(tables)).map((standing) => ({ ...standing, phase: phaseOf(standing) }));
  const liveOf = new Map(fleet.map((standing) => [standing.id, standing]));
  return {
    id,
    steps: row.steps,
    spec: specOf(row),
    phase: row.phase as RolloutPhase,
    message: row.message,
    nodes: row.nodes.map((node) => {
      const live = liveOf.get(node.nodeId);
      return {
        id: node.nodeId,
        name: node.nodeName,
        canary: node.canary,
        state: node.state as RolloutNodeState,
        message: node.message,
        seconds: secondsOf.get(node.nodeId) ?? 0,
        changed: beforeOf(node) !== null && node.state !== 'Reverted',
        wantedRevision: Number(node.wantedRevision ?? 0n),
        baseline: baselineOf(node),
        probes: node.probes,
        live: live === undefined ? null : { phase: live.phase, appliedRevision: live.appliedRevision, failure: live.failure },
      };
    }),
    ready: fleet.filter(({ phase }) => phase === 'Ready').map(({ name }) => name),
  };
}
