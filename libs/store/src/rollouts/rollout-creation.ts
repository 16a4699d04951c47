import { ProblemError, type Rollout, type RolloutCreate } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import { invalid } from '../commit/invalid.ts';
import type { Tables } from '../database/database.ts';
import { nodeUpdate } from '../nodes/node-mutations.ts';
import { chooseNodes } from './choose-nodes.ts';
import { aboutRollout, rolloutNodes, rolloutOf, rolloutVersion } from './rollout-row.ts';

/** Makes sure that no other rollout has one of these nodes. The caller has locked their rows. Throws ProblemError RolloutUnderWay. */
export async function requireFree(tables: Tables, nodeIds: readonly string[]): Promise<void> {
  const taken = await tables.rolloutNode.findFirst({ where: { nodeId: { in: [...nodeIds] }, held: true }, orderBy: { nodeName: 'asc' } });
  if (taken === null) return;
  throw new ProblemError('RolloutUnderWay', `node ${taken.nodeName} is in rollout ${taken.rolloutId}, which is not over`);
}

/** A new rollout. Every node's change is checked as if it were made now. */
export function rolloutCreation(input: RolloutCreate): Prepare<Rollout> {
  return async (tables, newId, reach) => {
    const chosen = await chooseNodes(tables, input);
    const already = new Set<string>();
    for (const { id, name } of [...chosen].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const prepared = await nodeUpdate(id, 'any', input.change)(tables, newId, reach).catch((error: unknown) => {
        if (!(error instanceof ProblemError)) throw error;
        if (error.code === 'NotFound') throw invalid('/nodes', 'NotFound', `node ${name} was removed meanwhile`);
        throw new ProblemError(
          error.code,
          `node ${name}: ${error.message}`,
          error.errors.map((field) => ({ ...field, pointer: `/change${field.pointer}`, message: `node ${name}: ${field.message}` })),
        );
      });
      if ('unchanged' in prepared) already.add(id);
    }
    await requireFree(
      tables,
      chosen.map(({ id }) => id),
    );
    const id = newId('rollout');
    return {
      about: aboutRollout(id),
      concerns: [],
      status: 201,
      write: async ({ revision, at }) => {
        const row = await tables.rollout.create({
          data: { id, spec: input, phase: 'Running', revision, createdAt: at, updatedAt: at },
        });
        await tables.rolloutNode.createMany({
          data: chosen.map((node, position) => ({
            rolloutId: id,
            nodeId: node.id,
            nodeName: node.name,
            position,
            canary: node.canary,
            state: already.has(node.id) ? 'Done' : 'Waiting',
            message: already.has(node.id) ? 'it was so before' : '',
            since: at,
            held: true,
          })),
        });
        const object = rolloutOf({ ...row, nodes: await tables.rolloutNode.findMany({ where: { rolloutId: id }, ...rolloutNodes.nodes }) });
        return { object, before: null, after: object, versions: [rolloutVersion('ADDED', object)] };
      },
    };
  };
}
