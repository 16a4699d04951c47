import { type Id, ProblemError } from '@weft/model';
import type { Database, Tables } from '../database/database.ts';
import { ALL_ALIKE, askedTogether } from '../database/together.ts';
import { endEarlierCredentials } from '../joining/credentials.ts';
import type { Principal } from '../request-context.ts';

/** How far behind the time of a token's last use may be: a write for every request would cost more than the request. */
const USE_KEPT_EVERY = '1 minute';

interface Known {
  readonly sha256: string;
  readonly id: string;
  readonly name: string;
  readonly role: Principal['role'];
  readonly namespaces: string[] | null;
  readonly expiresAt: Date | null;
  readonly expired: boolean;
  readonly revoked: boolean;
  /** True when its last use is to be written down again. */
  readonly due: boolean;
  readonly first: boolean;
  readonly approved: boolean | null;
  readonly nodeId: Id<'node'> | null;
  readonly nodeName: string | null;
}

const refused = (reason: string) => new ProblemError('Unauthenticated', reason);

/**
 * Why a token is not known. Whoever has the credential of a node that was removed may know that, and by what id: it has to clean up, which nothing but this answer may make it do.
 */
async function unknown(tables: Tables, sha256: string): Promise<ProblemError> {
  const removed = await tables.removedCredential.findUnique({ where: { sha256 } });
  if (removed === null) return refused('the token is not known');
  const message = `node ${removed.nodeName} was removed at ${removed.removedAt.toISOString()}`;
  return new ProblemError('NodeRemoved', message, [{ pointer: `/nodes/${removed.nodeId}`, code: 'NodeRemoved', message }]);
}

/**
 * What is known of tokens, by the SHA-256 (hex) of their texts. The list is a question of its own, so that its length does not count for the plan: else the server plans this anew each time, which
 * takes longer than the answer; each node is looked up by itself, as it would rather read them all.
 */
async function knownTokens(tables: Tables, hashes: readonly string[]): Promise<Known[]> {
  return tables.$queryRaw<Known[]>`
      SELECT t.sha256, t.id, t.name, t.role, t.namespaces, t.expires_at AS "expiresAt",
        t.expires_at <= clock_timestamp() IS TRUE AS expired, t.revoked_at IS NOT NULL AS revoked,
        t.last_used_at > clock_timestamp() - ${USE_KEPT_EVERY}::interval IS NOT TRUE AS due, t.last_used_at IS NULL AS first,
        n.approved, n.id AS "nodeId", n.name AS "nodeName"
      FROM token t LEFT JOIN LATERAL (SELECT id, name, approved FROM node WHERE id = t.node_id LIMIT 1) n ON true WHERE t.sha256 = ANY ((SELECT ${hashes}::text[])::text[])`;
}

/** What is known of one token. Throws ProblemError for one that nobody knows. */
async function knownFor(tables: Tables, sha256: string): Promise<Known> {
  const [known] = await knownTokens(tables, [sha256]);
  if (known === undefined) throw await unknown(tables, sha256);
  return known;
}

async function principalOf(tables: Tables, known: Known): Promise<Principal> {
  if (known.revoked) throw refused('the token is revoked');
  const expiresAt = known.expiresAt?.toISOString() ?? null;
  if (known.expired) throw refused(`the token expired at ${expiresAt}`);
  if (known.due) await tables.$executeRaw`UPDATE token SET last_used_at = clock_timestamp() WHERE id = ${known.id}`;
  const { id, name, role, namespaces, nodeId, nodeName } = known;
  if (known.first && nodeId !== null) await endEarlierCredentials(tables, nodeId, id);
  const node = nodeId === null || nodeName === null ? null : { id: nodeId, name: nodeName, approved: known.approved === true };
  return { tokenId: id, name, role, namespaces, expiresAt, node };
}

/**
 * Tells whom a token stands for, by the SHA-256 (hex) of its text. Throws ProblemError Unauthenticated for one that nobody issued, that has expired or is revoked.
 * The index compares hashes, so how long it takes tells nothing about a token. Nobody is told what is looked up of one that is good, and who knows a token was told so when it was there for good. One that
 * is revoked or not known is looked up again before that is told: a node that is turned away joins anew, and one that was removed cleans up. `kinds`: how those who come at the same time are
 * looked up together.
 */
export function authentication(database: Database, kinds = ALL_ALIKE): (sha256: string) => Promise<Principal> {
  const know = askedTogether<string, Known | undefined>(async (hashes) => {
    const rows = await database.peek((tables) => knownTokens(tables, [...new Set(hashes)]));
    const known = new Map(rows.map((row) => [row.sha256, row]));
    return (sha256) => known.get(sha256);
  }, kinds);
  return async (sha256) => {
    const seen = await know(sha256);
    const known = seen?.revoked === false ? seen : await database.read((tables) => knownFor(tables, sha256));
    return database.peek((tables) => principalOf(tables, known));
  };
}
