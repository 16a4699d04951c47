import { contains, DnsLabel, type JoinOutlook, ProblemError } from '@weft/model';
import { invalid } from '../commit/invalid.ts';
import { mutate } from '../commit/mutate.ts';
import type { Database, Tables } from '../database/database.ts';
import type { JoinTokenModel } from '../generated/models.ts';
import type { RequestContext } from '../request-context.ts';
import { aboutJoinToken, phaseOfJoinToken } from './join-token-row.ts';
import { clock } from './join-tokens.ts';
import type { Admission, JoinRequest } from './joining-store.ts';

/** Why a token that is known was refused, beside the problem its sender is told. */
export class JoinRefused extends Error {
  override readonly name = 'JoinRefused';
  readonly tokenId: string;
  readonly problem: ProblemError;

  constructor(tokenId: string, problem: ProblemError) {
    super(problem.message, { cause: problem });
    this.tokenId = tokenId;
    this.problem = problem;
  }
}

const ENDED = {
  Used: 'it was used before, and a join token can be used once; make another, and if you did not use this one yourself, find out who did',
  Expired: 'it has expired; make another',
  Revoked: 'it was revoked; make another',
} as const;

/** An IPv4 address that came over an IPv6 socket is written with a prefix (RFC 4291 §2.5.5.2). */
const plainAddress = (address: string) => address.replace(/^::ffff:/, '');

/** The token, locked until the transaction ends, when this host may use it now. Throws ProblemError for a token nobody made, JoinRefused for others. */
export async function lockUsableToken(tables: Tables, { tokenSha256, nodeName, from }: JoinRequest): Promise<JoinTokenModel> {
  await tables.$executeRaw`SELECT 1 FROM join_token WHERE sha256 = ${tokenSha256} FOR UPDATE`;
  const row = await tables.joinToken.findUnique({ where: { sha256: tokenSha256 } });
  if (row === null) throw new ProblemError('JoinTokenRefused', 'it is not known; see GET /join-tokens for those that are');
  const refuse = (code: 'JoinTokenRefused' | 'Forbidden', why: string) => new JoinRefused(row.id, new ProblemError(code, why));
  const phase = phaseOfJoinToken(row, await clock(tables));
  if (phase !== 'Unused') throw refuse('JoinTokenRefused', ENDED[phase]);
  if (row.nodeName !== null && nodeName !== undefined && nodeName !== row.nodeName)
    throw refuse('Forbidden', `the join token is for a node of the name ${row.nodeName}, not ${nodeName}`);
  if (row.addressCidr !== null && !contains(row.addressCidr, plainAddress(from)))
    throw refuse('Forbidden', `the join token is for hosts in ${row.addressCidr}, and this request comes from ${from}`);
  return row;
}

/** Throws NameTaken when a node of that name has a credential that is in use. One that nobody ever used was lost on its way. */
export async function requireNoLiveCredential(tables: Tables, name: string): Promise<void> {
  const alive = await tables.token.findFirst({
    where: { node: { name }, revokedAt: null, lastUsedAt: { not: null }, expiresAt: { gt: await clock(tables) } },
    orderBy: { expiresAt: 'desc' },
  });
  if (alive === null) return;
  const message = `node ${name} has a credential that is good until ${alive.expiresAt?.toISOString()}; revoke it with DELETE /nodes/{id}/credential, or join under another name`;
  throw new ProblemError('NameTaken', message, [{ pointer: '/nodeName', code: 'NameTaken', message }]);
}

/** The name to join under. Throws ValidationFailed when neither the token nor the host says one. */
export function nameToJoinUnder(token: Pick<JoinTokenModel, 'nodeName'>, asked: string | undefined): string {
  const name = token.nodeName ?? asked;
  if (name === undefined) throw invalid('/nodeName', 'Required', 'is needed, as the join token is for no name');
  return DnsLabel.parse(name);
}

const SPACING_MS = 60_000;

/** Keeps in mind that a token was refused: counted every time, in the audit trail once a minute, so that nobody can fill it. */
async function recordRefusal(database: Database, ctx: RequestContext, { tokenId, problem }: JoinRefused): Promise<void> {
  await mutate<null>(database, ctx, async (tables) => {
    await tables.$executeRaw`SELECT 1 FROM join_token WHERE id = ${tokenId} FOR UPDATE`;
    const row = await tables.joinToken.findUnique({ where: { id: tokenId } });
    if (row === null) return { unchanged: null, revision: 0 };
    const at = await clock(tables);
    await tables.joinToken.update({
      where: { id: tokenId },
      data: { refusals: { increment: 1 }, lastRefusedAt: at, lastRefusedFrom: ctx.sourceAddress },
    });
    if (row.lastRefusedAt !== null && at.getTime() - row.lastRefusedAt.getTime() < SPACING_MS) return { unchanged: null, revision: 0 };
    return {
      about: aboutJoinToken(row),
      concerns: [],
      status: 200,
      write: async () => ({ object: null, before: null, after: { refused: problem.code, why: problem.message }, versions: [] }),
    };
  });
}

/** Does what needs a token; when the token is refused, records that and throws what its sender is told. */
export async function recordingRefusals<T>(database: Database, ctx: RequestContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof JoinRefused)) throw error;
    await recordRefusal(database, ctx, error);
    throw error.problem;
  }
}

/** Whether this host may join now, and what that comes to. */
export async function admission(database: Database, ctx: RequestContext, request: JoinRequest): Promise<Admission> {
  return recordingRefusals(database, ctx, () =>
    database.transaction(async (tables) => {
      const token = await lockUsableToken(tables, request);
      const nodeName = token.nodeName ?? request.nodeName ?? null;
      if (nodeName !== null) await requireNoLiveCredential(tables, nodeName);
      const { network } = await tables.cluster.findUniqueOrThrow({ where: { id: 1 } });
      const { podCidrs, serviceCidrs, overlay, vxlan } = network as JoinOutlook['network'];
      return {
        tokenId: token.id,
        nodeName,
        requireApproval: token.requireApproval,
        network: { podCidrs, serviceCidrs, overlay, vxlan },
      };
    }),
  );
}
