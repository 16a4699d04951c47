import type { Node } from '@weft/model';
import type { NodeCollection } from '../collections.ts';
import type { Prepare } from '../commit/change.ts';
import { mutate } from '../commit/mutate.ts';
import type { Database } from '../database/database.ts';
import { fulfilling } from '../read/label-terms.ts';
import { found } from '../read/not-found.ts';
import { page } from '../read/page.ts';
import type { Committed, RequestContext } from '../request-context.ts';
import { nodeCreation, nodeUpdate } from './node-mutations.ts';
import { nodeRemoval } from './node-removal.ts';
import { liveNodes, nodeOf, presentNodes, type StoredNode, storedNode } from './node-row.ts';

export function nodes(database: Database): NodeCollection {
  const carryOut = async (ctx: RequestContext, prepare: Prepare<StoredNode>): Promise<Committed<Node>> => {
    const committed = await mutate(database, ctx, prepare);
    const live = await database.read((tables) => liveNodes(tables, [committed.object.id]));
    return { ...committed, object: nodeOf(committed.object, live.get(committed.object.id)) };
  };
  return {
    create: (ctx, input) => carryOut(ctx, nodeCreation(input)),
    update: (ctx, id, match, patch) => carryOut(ctx, nodeUpdate(id, match, patch)),
    delete: (ctx, id, match, force = false) => carryOut(ctx, nodeRemoval(id, match, force)),

    get: (id) =>
      database.read(async (tables) => {
        const row = found(await tables.node.findUnique({ where: { id } }), 'node', id);
        return nodeOf(storedNode(row), (await liveNodes(tables, [id])).get(id));
      }),

    list: (query) =>
      database.read(async (tables) => {
        const rows = await page(tables, query, (after, take) =>
          tables.node.findMany({
            where: { id: { gt: after }, name: query.name, AND: fulfilling(query.labelSelector) },
            orderBy: { id: 'asc' },
            take,
          }),
        );
        return { ...rows, items: await presentNodes(tables, rows.items.map(storedNode)) };
      }),
  };
}
