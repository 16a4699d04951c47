import { ProblemError } from '@weft/model';
import { keyFingerprint } from '@weft/telemetry';
import type { Prepare } from '../commit/change.ts';
import type { Tables } from '../database/database.ts';
import type { NodeModel, TokenModel } from '../generated/models.ts';
import { newId } from '../new-id.ts';
import { lockNode } from '../nodes/lock-node.ts';
import { aboutNode, type StoredNode, storedNode } from '../nodes/node-row.ts';
import { found } from '../read/not-found.ts';
import type { Credentialed, NewCredential, NodeRedisUser } from './joining-store.ts';

type Holder = Pick<NodeModel, 'id' | 'name' | 'approved'>;

/** What an audit event tells of a credential. */
const described = ({ id, expiresAt }: Pick<TokenModel, 'id' | 'expiresAt'>) => ({
  tokenId: id,
  expiresAt: expiresAt?.toISOString() ?? null,
});

/** Has a node's receipts be believed that are signed with this key. Nothing is said of it when it was registered before. */
async function registerKey(tables: Tables, nodeId: string, publicKey: string | undefined, registeredAt: Date) {
  if (publicKey === undefined) return {};
  const fingerprint = keyFingerprint(publicKey);
  const { count } = await tables.receiptKey.createMany({ data: { fingerprint, nodeId, publicKey, registeredAt }, skipDuplicates: true });
  return count === 0 ? {} : { receiptKey: { fingerprint, publicKey } };
}

/** Gives a node a further credential. `why` says who gave it, for those who look at tokens. */
export async function giveCredential(
  tables: Tables,
  node: Holder,
  { sha256, redisSha256, lifetimeSeconds, receiptKey }: NewCredential,
  at: Date,
  why: string,
): Promise<{ readonly credentialed: Credentialed; readonly described: object }> {
  const expiresAt = new Date(at.getTime() + lifetimeSeconds * 1000);
  const row = await tables.token.create({
    data: {
      id: newId('token'),
      sha256,
      redisSha256,
      name: node.name,
      role: 'node',
      nodeId: node.id,
      createdAt: at,
      expiresAt,
      createdBy: why,
    },
  });
  return {
    credentialed: { node: { id: node.id, name: node.name }, approved: node.approved, expiresAt: expiresAt.toISOString() },
    described: { ...described(row), ...(await registerKey(tables, node.id, receiptKey, at)) },
  };
}

/**
 * A new credential for a node that shows one. The one it shows goes on until the new one is first used; others ended before or were lost on their way, and go
 * now, so that however often the answer is lost there are never more than two.
 */
export function rotation(nodeId: string, tokenId: string, credential: NewCredential): Prepare<Credentialed> {
  return async (tables) => {
    const row = await lockNode(tables, nodeId, 'NO KEY UPDATE');
    const shown = await tables.token.findUnique({ where: { id: tokenId } });
    // Somebody may have revoked it since the request was let in.
    if (shown === null || shown.revokedAt !== null) throw new ProblemError('Unauthenticated', 'the credential was revoked');
    return {
      about: aboutNode(row),
      concerns: [],
      status: 201,
      write: async ({ at }) => {
        await tables.token.deleteMany({ where: { nodeId, id: { not: tokenId } } });
        const given = await giveCredential(tables, row, credential, at, `node:${row.name}`);
        return { object: given.credentialed, before: described(shown), after: given.described, versions: [] };
      },
    };
  };
}

/** Ends every credential of a node. A session goes with them: what its executor still sends is from nobody. */
export function credentialRevocation(nodeId: string): Prepare<StoredNode> {
  return async (tables) => {
    const row = await lockNode(tables, nodeId, 'NO KEY UPDATE');
    const alive = await tables.token.findMany({ where: { nodeId, revokedAt: null } });
    if (alive.length === 0) return { unchanged: storedNode(row), revision: Number(row.revision) };
    return {
      about: aboutNode(row),
      concerns: [],
      status: 200,
      write: async ({ at }) => {
        await tables.token.updateMany({ where: { nodeId, revokedAt: null }, data: { revokedAt: at } });
        const before = { credentials: alive.map(described) };
        return { object: storedNode(row), before, after: { credentials: [] }, versions: [] };
      },
    };
  };
}

/** Called when a node's credential is used for the first time: it has arrived, so the ones before it end. */
export async function endEarlierCredentials(tables: Tables, nodeId: string, tokenId: string): Promise<void> {
  await tables.$executeRaw`
    UPDATE token SET revoked_at = clock_timestamp()
    WHERE node_id = ${nodeId} AND id <> ${tokenId} AND revoked_at IS NULL
      AND created_at < (SELECT created_at FROM token WHERE id = ${tokenId})`;
}

/** Whom a node's credential stands for. */
export async function identityOf(tables: Tables, nodeId: string, tokenId: string): Promise<Credentialed> {
  const node = found(await tables.node.findUnique({ where: { id: nodeId } }), 'node', nodeId);
  const token = found(await tables.token.findUnique({ where: { id: tokenId } }), 'token', tokenId);
  return {
    node: { id: node.id, name: node.name },
    approved: node.approved,
    expiresAt: (token.expiresAt ?? new Date(8.64e15)).toISOString(),
  };
}

interface UserRow {
  readonly nodeId: string;
  readonly nodeName: string;
  readonly passwords: string[];
}

/** Every node, or the one of that id, with the passwords of its credentials that are good now; nodes that were deleted, as long as history has them, with none. */
export function redisUsers(tables: Tables, only: string | null): Promise<NodeRedisUser[]> {
  return tables.$queryRaw<UserRow[]>`
    SELECT n.id AS "nodeId", n.name AS "nodeName", coalesce(array_agg(t.redis_sha256) FILTER (WHERE t.redis_sha256 IS NOT NULL), '{}') AS passwords
    FROM node n LEFT JOIN token t ON t.node_id = n.id AND t.revoked_at IS NULL AND t.expires_at > clock_timestamp() AND n.approved
    WHERE ${only}::text IS NULL OR n.id = ${only}
    GROUP BY n.id
    UNION ALL
    SELECT object_id, object->>'name', '{}' FROM object_version WHERE kind = 'node' AND type = 'DELETED'
      AND (${only}::text IS NULL OR object_id = ${only}) AND NOT EXISTS (SELECT 1 FROM node WHERE id = object_id)`;
}
