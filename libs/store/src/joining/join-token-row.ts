import type { Id, JoinToken, JoinTokenPhase } from '@weft/model';
import type { JoinTokenModel } from '../generated/models.ts';
import { systemFields } from '../read/system-fields.ts';

type Ends = Pick<JoinTokenModel, 'revokedAt' | 'usedAt' | 'expiresAt'>;

/** What became of a token by a moment. One that was used stays used, whatever happens to it later. */
export function phaseOfJoinToken({ revokedAt, usedAt, expiresAt }: Ends, now: Date): JoinTokenPhase {
  if (usedAt !== null) return 'Used';
  if (revokedAt !== null) return 'Revoked';
  return expiresAt <= now ? 'Expired' : 'Unused';
}

/** A join token as the API shows it at a moment. */
export function joinTokenOf(row: JoinTokenModel, now: Date): JoinToken {
  return {
    nodeName: row.nodeName,
    addressCidr: row.addressCidr,
    requireApproval: row.requireApproval,
    expiresAt: row.expiresAt.toISOString(),
    createdBy: row.createdBy,
    ...systemFields(row),
    id: row.id as Id<'joinToken'>,
    status: {
      phase: phaseOfJoinToken(row, now),
      usedAt: row.usedAt?.toISOString() ?? null,
      usedBy: row.usedByNodeId === null ? null : { id: row.usedByNodeId, name: row.usedByNodeName ?? '' },
      usedFrom: row.usedFrom,
      refusals: row.refusals,
      lastRefusedAt: row.lastRefusedAt?.toISOString() ?? null,
      lastRefusedFrom: row.lastRefusedFrom,
    },
  };
}

/** A token has no name of its own: it goes by that of the node it is for. */
export function aboutJoinToken({ id, nodeName }: { readonly id: string; readonly nodeName: string | null }) {
  return { kind: 'joinToken', id, namespace: null, name: nodeName ?? '' };
}
