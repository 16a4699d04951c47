import { canonicalJson, type NodeUpdate, ROLLOUT_UNDER_WAY, type Rollout, type RolloutChange, type RolloutPhase } from '@weft/model';
import type { Change, Prepare, Stamp, Version } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import { Prisma } from '../generated/client.ts';
import type { NodeModel, RolloutNodeModel } from '../generated/models.ts';
import { nodeUpdate } from '../nodes/node-mutations.ts';
import type { StoredNode } from '../nodes/node-row.ts';
import { aboutRollout, beforeOf, type RolloutRow, rolloutNodes, rolloutOf, rolloutVersion, specOf } from './rollout-row.ts';
import type { RolloutNodeStep, RolloutStep } from './rollout-store.ts';

/** Locks a rollout and reads it; null when there is none. Whoever takes this lock takes it before all others. */
export async function lockRollout(tables: Tables, id: string): Promise<RolloutRow | null> {
  await tables.$executeRaw`SELECT 1 FROM rollout WHERE id = ${id} FOR UPDATE`;
  return tables.rollout.findUnique({ where: { id }, include: rolloutNodes });
}

/** Writes that a rollout has gone on, and answers how it is now. */
export async function writeRollout(
  tables: Tables,
  { revision, at }: Stamp,
  row: RolloutRow,
  { phase, message }: { readonly phase: RolloutPhase; readonly message: string },
): Promise<{ readonly object: Rollout; readonly versions: Version[] }> {
  await tables.rollout.update({ where: { id: row.id }, data: { phase, message, steps: { increment: 1 }, revision, updatedAt: at } });
  const held = ROLLOUT_UNDER_WAY.includes(phase);
  await tables.rolloutNode.updateMany({ where: { rolloutId: row.id, held: !held }, data: { held } });
  const object = rolloutOf(await tables.rollout.findUniqueOrThrow({ where: { id: row.id }, include: rolloutNodes }));
  return { object, versions: [rolloutVersion('MODIFIED', object)] };
}

type Field = keyof RolloutChange;

/** The fields of a node that a change names, as they are. */
function fieldsOf(node: NodeModel, change: RolloutChange): RolloutChange {
  const fields = Object.keys(change) as Field[];
  return Object.fromEntries(fields.map((field) => [field, node[field]])) as RolloutChange;
}

/** What takes a change back: the fields that still are what the rollout made them. What somebody has changed since stays. */
function takingBack(node: NodeModel, change: RolloutChange, before: RolloutChange): RolloutChange {
  const fields = (Object.keys(before) as Field[]).filter((field) => canonicalJson(node[field]) === canonicalJson(change[field]));
  return Object.fromEntries(fields.map((field) => [field, before[field]])) as RolloutChange;
}

interface Updated {
  /** The update of the node; null when it is already so. */
  readonly change: Change<StoredNode> | null;
  /** What the node was. */
  readonly before: RolloutChange | null;
}

async function prepareUpdate(
  [tables, newId, reach]: Parameters<Prepare<unknown>>,
  row: RolloutRow,
  member: RolloutNodeModel,
  update: 'change' | 'revert',
): Promise<Updated> {
  const { change } = specOf(row);
  const node = await tables.node.findUnique({ where: { id: member.nodeId } });
  if (node === null) return { change: null, before: null };
  const before = update === 'change' ? fieldsOf(node, change) : beforeOf(member);
  const patch = update === 'change' ? change : takingBack(node, change, before ?? {});
  const prepared = await nodeUpdate(node.id, 'any', patch as NodeUpdate)(tables, newId, reach);
  return { change: 'unchanged' in prepared ? null : prepared, before };
}

async function writeNode(
  tables: Tables,
  at: Date,
  member: RolloutNodeModel,
  step: RolloutNodeStep,
  updated: Updated | null,
  revision: bigint,
) {
  await tables.rolloutNode.update({
    where: { rolloutId_nodeId: { rolloutId: member.rolloutId, nodeId: member.nodeId } },
    data: {
      state: step.state,
      message: step.message,
      ...(step.state === member.state ? {} : { since: at }),
      ...(step.baseline === undefined ? {} : { baseline: step.baseline as unknown as Prisma.InputJsonValue }),
      ...(step.probes === undefined ? {} : { probes: step.probes }),
      ...(updated === null ? {} : { probes: 0, wantedRevision: updated.change === null ? 0n : revision }),
      ...(step.update === 'change' ? { before: updated?.before ?? Prisma.DbNull } : {}),
    },
  });
}

/** The step of a rollout that follows so many others; unchanged null when somebody else took it. */
export function rolloutStep(id: string, after: number, step: RolloutStep): Prepare<Rollout | null> {
  return async (tables, newId, reach) => {
    const row = await lockRollout(tables, id);
    if (row === null || row.steps !== after) return { unchanged: null, revision: 0 };
    const member = row.nodes.find(({ nodeId }) => nodeId === step.node?.id);
    const update = step.node?.update ?? null;
    const updated = member === undefined || update === null ? null : await prepareUpdate([tables, newId, reach], row, member, update);
    const inner = updated?.change ?? null;
    const before = rolloutOf(row);
    return {
      about: inner?.about ?? aboutRollout(id),
      concerns: inner?.concerns ?? [],
      status: 200,
      write: async (stamp) => {
        const node = await inner?.write(stamp);
        if (member !== undefined && step.node !== undefined) await writeNode(tables, stamp.at, member, step.node, updated, stamp.revision);
        const phase = step.phase ?? (row.phase as RolloutPhase);
        const { object, versions } = await writeRollout(tables, stamp, row, { phase, message: step.message });
        return {
          object,
          before: node?.before ?? before,
          after: node?.after ?? object,
          versions: [...(node?.versions ?? []), ...versions],
        };
      },
    };
  };
}
