import type { Id, Token } from '@weft/model';
import type { TokenModel } from '../generated/models.ts';

/** A row of a person's token as the API shows it: without anything its text could be found by. */
export function tokenOf(row: TokenModel): Token {
  return {
    id: row.id as Id<'token'>,
    name: row.name,
    role: row.role as Token['role'],
    namespaces: row.namespaces as string[] | null,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}

/** What a change of a token is recorded about. */
export function aboutToken({ id, name }: { readonly id: string; readonly name: string }) {
  return { kind: 'token', id, namespace: null, name };
}

/** A person's token that was not revoked: what the API knows as a token. */
export const PRESENT = { nodeId: null, revokedAt: null } as const;
