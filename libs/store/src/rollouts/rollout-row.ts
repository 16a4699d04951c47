import type { Id, NodeProbes, Rollout, RolloutChange, RolloutCreate, RolloutNodeState, RolloutPhase } from '@weft/model';
import type { Version } from '../commit/change.ts';
import type { RolloutModel, RolloutNodeModel } from '../generated/models.ts';
import { systemFields } from '../read/system-fields.ts';

/** A rollout with its nodes in the order in which they are changed. */
export type RolloutRow = RolloutModel & { readonly nodes: readonly RolloutNodeModel[] };

/** What makes Prisma read the nodes with their rollout. */
export const rolloutNodes = { nodes: { orderBy: { position: 'asc' } } } as const;

export const specOf = (row: Pick<RolloutModel, 'spec'>) => row.spec as RolloutCreate;
export const beforeOf = (row: Pick<RolloutNodeModel, 'before'>) => row.before as RolloutChange | null;
export const baselineOf = (row: Pick<RolloutNodeModel, 'baseline'>) => row.baseline as readonly NodeProbes[] | null;

/** A rollout as the API shows it. */
export function rolloutOf(row: RolloutRow): Rollout {
  return {
    ...specOf(row),
    id: row.id as Id<'rollout'>,
    ...systemFields(row),
    status: {
      phase: row.phase as RolloutPhase,
      message: row.message,
      nodes: row.nodes.map(({ nodeName, canary, state, message, since }) => ({
        name: nodeName,
        canary,
        state: state as RolloutNodeState,
        message,
        since: since.toISOString(),
      })),
    },
  };
}

export function rolloutVersion(type: Version['type'], object: Rollout): Version {
  return { kind: 'rollout', type, id: object.id, namespace: null, nodeId: null, dataplaneRevision: null, object };
}

/** Rollouts have no name but their id. */
export const aboutRollout = (id: string) => ({ kind: 'rollout', id, namespace: null, name: id });
