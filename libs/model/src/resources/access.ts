import { z } from 'zod';
import { DnsLabel } from '../names.ts';
import { TOKEN_NAMESPACES_MAX } from './token.ts';
import { Timestamp } from './vocabulary.ts';

/** Who a token stands for and what it can do. */
export const Caller = z
  .strictObject({
    kind: z.enum(['user', 'node']),
    name: z.string().max(63).describe('name of the token, or of the node whose credential it is'),
    tokenId: z.string().max(64),
    role: z.enum(['admin', 'operator', 'viewer', 'node']),
    namespaces: z.array(DnsLabel).max(TOKEN_NAMESPACES_MAX).nullable().describe('namespaces it reaches; null: all of them'),
    expiresAt: Timestamp.nullable().describe('null: it holds until it is revoked'),
    permissions: z.array(z.string().max(64)).max(200).describe('what it may do, in the words of x-weft-permission'),
  })
  .meta({ id: 'Caller' });
export type Caller = z.infer<typeof Caller>;

/** A question: may I do this operation, in this namespace? */
export const AccessQuestion = z
  .strictObject({
    operation: z.string().min(1).max(64).describe('operation id, such as podCreate'),
    namespace: DnsLabel.nullable().default(null).describe('null: anywhere at all'),
  })
  .meta({ id: 'AccessQuestion' });
export type AccessQuestion = z.infer<typeof AccessQuestion>;

/** The answer to it. */
export const AccessDecision = z
  .strictObject({
    allowed: z.boolean(),
    reason: z.string().max(8192).describe('for people: what a 403 would say'),
  })
  .meta({ id: 'AccessDecision' });
export type AccessDecision = z.infer<typeof AccessDecision>;
