import { type NodeCreate, type NodeFacts, ProblemError } from '@weft/model';
import type { Change, Prepare } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import type { JoinTokenModel } from '../generated/models.ts';
import type { NewId } from '../new-id.ts';
import { lockNode } from '../nodes/lock-node.ts';
import { nodeCreation } from '../nodes/node-mutations.ts';
import { aboutNode, nodeVersion, type StoredNode, storedNode } from '../nodes/node-row.ts';
import { requireOwnAddress } from '../nodes/own-address.ts';
import { lockUsableToken, nameToJoinUnder, requireNoLiveCredential } from './admission.ts';
import { giveCredential } from './credentials.ts';
import type { Credentialed, JoinRequest, NewCredential } from './joining-store.ts';

/** A node as its host can be: with the first backend and pod link of ours that it can do. Throws BackendUnsupported. */
function nodeFor(name: string, facts: NodeFacts): NodeCreate {
  const [backend] = facts.backends;
  const [podLink] = facts.podLinks;
  if (backend === undefined || podLink === undefined) {
    const why = facts.problems.map(({ message }) => message).join('; ');
    throw new ProblemError('BackendUnsupported', `the host can run no service backend${why === '' ? '' : `: ${why}`}`);
  }
  return {
    name,
    labels: {},
    zone: null,
    backend,
    podLink,
    overlay: null,
    nodePortAddresses: [],
    strictArp: false,
    cordoned: false,
    frozen: false,
    driftPolicy: 'repair',
  };
}

/** A node that exists, as this host takes it: its settings stay, whatever somebody has set before. */
async function takeover(tables: Tables, id: string, name: string): Promise<Change<StoredNode>> {
  await lockNode(tables, id, 'NO KEY UPDATE');
  await requireNoLiveCredential(tables, name);
  return {
    about: aboutNode({ id, name }),
    concerns: [],
    status: 201,
    write: async ({ revision, at }) => {
      const row = await tables.node.update({ where: { id }, data: { revision, updatedAt: at } });
      await tables.token.deleteMany({ where: { nodeId: id } });
      const object = storedNode(row);
      return { object, before: object, after: object, versions: [nodeVersion('MODIFIED', row)] };
    },
  };
}

async function entry(tables: Tables, newId: NewId, name: string, facts: NodeFacts): Promise<Change<StoredNode>> {
  // In this order (see locks.ts): a new node takes the first of them as well.
  await lock(tables, 'fleet-backends');
  await lock(tables, 'external-addresses');
  const existing = await tables.node.findUnique({ where: { name }, select: { id: true } });
  await requireOwnAddress(tables, existing?.id ?? null, facts.address);
  if (existing !== null) return takeover(tables, existing.id, name);
  const creation = await nodeCreation(nodeFor(name, facts))(tables, newId, []);
  if ('unchanged' in creation) throw new Error('a new node changed nothing');
  return creation;
}

/** A host becomes a node: the token is used up, the node is there, and it has a credential. */
export function joining(request: JoinRequest, facts: NodeFacts, credential: NewCredential): Prepare<Credentialed> {
  return async (tables, newId) => {
    const token: JoinTokenModel = await lockUsableToken(tables, request);
    const name = nameToJoinUnder(token, request.nodeName);
    const change = await entry(tables, newId, name, facts);
    return {
      ...change,
      write: async (stamp) => {
        const { object, before, versions } = await change.write(stamp);
        const { at, revision } = stamp;
        const node = await tables.node.update({ where: { id: object.id }, data: { approved: !token.requireApproval } });
        await tables.nodeState.update({ where: { nodeId: node.id }, data: { facts } });
        await tables.joinToken.update({
          where: { id: token.id },
          data: { usedAt: at, usedFrom: request.from, usedByNodeId: node.id, usedByNodeName: name, updatedAt: at, revision },
        });
        const given = await giveCredential(tables, node, credential, at, `join-token:${token.id}`);
        const after = { ...object, joinToken: token.id, approved: node.approved, credential: given.described };
        return { object: given.credentialed, before, after, versions };
      },
    };
  };
}

/** A node that waits for approval may act from now on. */
export function approval(nodeId: string): Prepare<StoredNode> {
  return async (tables) => {
    const row = await lockNode(tables, nodeId, 'NO KEY UPDATE');
    if (row.approved) return { unchanged: storedNode(row), revision: Number(row.revision) };
    return {
      about: aboutNode(row),
      concerns: [],
      status: 200,
      write: async ({ revision, at }) => {
        const changed = await tables.node.update({ where: { id: nodeId }, data: { approved: true, revision, updatedAt: at } });
        return {
          object: storedNode(changed),
          before: { approved: false },
          after: { approved: true },
          versions: [nodeVersion('MODIFIED', changed)],
        };
      },
    };
  };
}
