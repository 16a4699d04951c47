import { ProblemError, type Rollout, type RolloutNodeState, type RolloutPhase } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import { found } from '../read/not-found.ts';
import { requireFree } from './rollout-creation.ts';
import { aboutRollout, type RolloutRow, rolloutOf } from './rollout-row.ts';
import { lockRollout, writeRollout } from './rollout-steps.ts';

/** What an operator can order, and what becomes of the rollout. */
interface Order {
  /** Phases in which it can be ordered. */
  readonly from: readonly RolloutPhase[];
  readonly to: RolloutPhase;
  readonly message: string;
  /** What becomes of nodes that are in one of these states; the others stay as they are. */
  readonly renewed: { readonly [S in RolloutNodeState]?: (node: { readonly changed: boolean }) => RolloutNodeState };
}

const ORDERS = {
  halt: { from: ['Running'], to: 'Halted', message: 'it was told to halt; resume, revert or cancel it', renewed: {} },
  cancel: { from: ['Running', 'Halted'], to: 'Cancelled', message: 'it was cancelled; nodes keep what they have', renewed: {} },
  resume: {
    from: ['Halted'],
    to: 'Running',
    message: 'it was resumed',
    // The time that a node has for its change begins anew.
    renewed: { Failed: ({ changed }) => (changed ? 'Probing' : 'Waiting'), Changing: () => 'Changing' },
  },
  revert: {
    from: ['Running', 'Halted', 'Done', 'Cancelled'],
    to: 'Reverting',
    message: 'it was asked to take the change back',
    renewed: { RevertFailed: () => 'Failed' },
  },
} as const satisfies Record<string, Order>;

export type RolloutOrder = keyof typeof ORDERS;

/** Once a node was taken back, the others can only follow. */
const TAKEN_BACK: readonly string[] = ['Reverting', 'Reverted', 'RevertFailed'];

function requirePhase(row: RolloutRow, order: RolloutOrder): void {
  const { from }: Order = ORDERS[order];
  const back = order === 'resume' && row.nodes.some(({ state }) => TAKEN_BACK.includes(state));
  if (from.includes(row.phase as RolloutPhase) && !back) return;
  const why = back ? 'was taken back on some of its nodes already' : `is ${row.phase}`;
  throw new ProblemError('RolloutPhase', `the rollout ${why}: it cannot ${order === 'cancel' ? 'be cancelled' : order}`);
}

async function lockNodes(tables: Tables, { nodes }: RolloutRow): Promise<void> {
  const ids = nodes.map(({ nodeId }) => nodeId);
  await tables.$executeRaw`SELECT 1 FROM node WHERE id = ANY (${ids}::text[]) ORDER BY id FOR NO KEY UPDATE`;
  await requireFree(tables, ids);
}

/** Carries out what an operator orders. What is so already changes nothing. */
export function rolloutOrder(id: string, order: RolloutOrder): Prepare<Rollout> {
  return async (tables) => {
    const row = found(await lockRollout(tables, id), 'rollout', id);
    const { to: phase, message, renewed }: Order = ORDERS[order];
    if (row.phase === phase) return { unchanged: rolloutOf(row), revision: Number(row.revision) };
    requirePhase(row, order);
    if (!row.nodes.some(({ held }) => held)) await lockNodes(tables, row);
    return {
      about: aboutRollout(id),
      concerns: [],
      status: 200,
      write: async (stamp) => {
        for (const { nodeId, state, before } of row.nodes) {
          const next = renewed[state as RolloutNodeState]?.({ changed: before !== null });
          if (next !== undefined)
            await tables.rolloutNode.update({
              where: { rolloutId_nodeId: { rolloutId: id, nodeId } },
              data: { state: next, since: stamp.at, probes: 0, ...(next !== state && { message: '' }) },
            });
        }
        const { object, versions } = await writeRollout(tables, stamp, row, { phase, message });
        return { object, before: rolloutOf(row), after: object, versions };
      },
    };
  };
}
