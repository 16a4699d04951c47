import { randomUUID } from 'node:crypto';
import type { Id, NodeFacts, Session } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import { lockNode } from '../nodes/node-mutations.ts';
import { aboutNode, nodeVersion } from '../nodes/node-row.ts';

/**
 * A new session of a node. What it says about its address and MTU is something every other node has to know; the rest is kept with what
 * it says all the time.
 */
export function sessionOpening(nodeId: string, facts: NodeFacts): Prepare<Pick<Session, 'session' | 'node'>> {
  return async (tables) => {
    const row = await lockNode(tables, nodeId, 'NO KEY UPDATE');
    const moved = row.address !== facts.address || row.mtu !== facts.mtu;
    const session = randomUUID();
    return {
      about: aboutNode(row),
      concerns: moved ? 'all' : [],
      status: 200,
      write: async ({ revision, at }) => {
        const changed = await tables.node.update({
          where: { id: nodeId },
          data: { address: facts.address, mtu: facts.mtu, revision, updatedAt: at, ...(moved ? { dataplaneRevision: revision } : {}) },
        });
        await tables.nodeState.update({ where: { nodeId }, data: { session, facts, lastSeenAt: at } });
        return {
          object: { session, node: { id: nodeId as Id<'node'>, name: row.name } },
          before: { address: row.address, mtu: row.mtu },
          after: facts,
          versions: [nodeVersion('MODIFIED', changed)],
        };
      },
    };
  };
}
