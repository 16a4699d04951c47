import { randomUUID } from 'node:crypto';
import { type Id, type NodeFacts, ProblemError, type Session } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import { lockNode } from '../nodes/lock-node.ts';
import { aboutNode, nodeVersion } from '../nodes/node-row.ts';
import { holderOfAddress } from '../services/external-addresses.ts';

/** Throws ProblemError AddressTaken for an address that is a service's: what is sent to the node would go to the service's endpoints. */
async function requireOwnAddress(tables: Tables, address: string): Promise<void> {
  const ip = address.slice(0, address.indexOf('/'));
  const owner = await holderOfAddress(tables, ip);
  if (owner === null) return;
  const message = `${ip} is an external address of service ${owner}, and cannot be a node's`;
  throw new ProblemError('AddressTaken', message, [{ pointer: '/facts/address', code: 'AddressTaken', message }]);
}

/**
 * A new session of a node. What it says about its address and MTU is something every other node has to know; the rest is kept with what
 * it says all the time.
 */
export function sessionOpening(nodeId: string, facts: NodeFacts): Prepare<Pick<Session, 'session' | 'node'>> {
  return async (tables) => {
    await lock(tables, 'external-addresses');
    const row = await lockNode(tables, nodeId, 'NO KEY UPDATE');
    if (row.address !== facts.address) await requireOwnAddress(tables, facts.address);
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
