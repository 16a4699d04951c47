import { randomUUID } from 'node:crypto';
import { type Id, type NodeFacts, type ProblemCode, ProblemError } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import type { NodeModel } from '../generated/models.ts';
import { lockNode } from '../nodes/lock-node.ts';
import { aboutNode, nodeVersion } from '../nodes/node-row.ts';
import { requireOwnAddress } from '../nodes/own-address.ts';
import type { OpenedSession } from '../store.ts';

/**
 * Throws ProblemError StaleSession when a host at another address lives and speaks for the node: one of the two is a copy, and if each ended the other's session in turn, routes would
 * follow them to and fro. The one that speaks keeps the node; the other gets it when that one has been silent for two heartbeats, which is how long a host that moved has to wait.
 */
async function requireNobodyElse(tables: Tables, { id, name, address }: NodeModel, now: string): Promise<void> {
  const alive = await tables.$executeRaw`
    SELECT FROM node_lease l CROSS JOIN lease_watch w
    WHERE l.node_id = ${id} AND l.renewed_at > clock_timestamp() - 2 * make_interval(secs => w.heartbeat_seconds)`;
  if (address !== null && alive > 0)
    throw new ProblemError(
      'StaleSession',
      `the executor of node ${name} at ${address} lives; this one is at ${now} and has the same credential`,
    );
}

/** What stood in the way of a session before this one does no more; whatever else failed is the executor's to take back. */
async function forgetRefusal(tables: Tables, nodeId: string): Promise<void> {
  const refusal: ProblemCode = 'ProtocolUnsupported';
  await tables.$executeRaw`UPDATE node_state SET failure = NULL WHERE node_id = ${nodeId} AND failure->>'code' = ${refusal}`;
}

/**
 * A new session of a node. What it says about its address and MTU is something every other node has to know; the rest is kept with what
 * it says all the time.
 */
export function sessionOpening(nodeId: string, facts: NodeFacts): Prepare<OpenedSession> {
  return async (tables) => {
    await lock(tables, 'external-addresses');
    const row = await lockNode(tables, nodeId, 'NO KEY UPDATE');
    if (row.address !== facts.address) {
      await requireNobodyElse(tables, row, facts.address);
      await requireOwnAddress(tables, nodeId, facts.address);
    }
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
        await forgetRefusal(tables, nodeId);
        return {
          object: { session, node: { id: nodeId as Id<'node'>, name: row.name }, isFirst: row.address === null },
          before: { address: row.address, mtu: row.mtu },
          after: facts,
          versions: [nodeVersion('MODIFIED', changed)],
        };
      },
    };
  };
}
