import { z } from 'zod';
import { Ipv4Cidr } from '../address.ts';
import { DnsLabel } from '../names.ts';
import { systemFields } from './meta.ts';
import { Timestamp } from './vocabulary.ts';

/** The longest that a join token can hold, in seconds: a token that leaks is worth one node for one hour. */
export const JOIN_TOKEN_MAX_SECONDS = 3600;

const nodeName = DnsLabel.nullable().describe('the only name that a host may join under; null: any');
const addressCidr = Ipv4Cidr.nullable().describe('the range that the host must call from; null: anywhere');
const requireApproval = z.boolean().describe('true: the node does nothing until somebody approves it');

/** What a user sends to let one host join. */
export const JoinTokenCreate = z
  .strictObject({
    expiresInSeconds: z.int().min(10).max(JOIN_TOKEN_MAX_SECONDS).default(JOIN_TOKEN_MAX_SECONDS),
    nodeName: nodeName.default(null),
    addressCidr: addressCidr.default(null),
    requireApproval: requireApproval.default(false),
  })
  .meta({ id: 'JoinTokenCreate' });
export type JoinTokenCreate = z.infer<typeof JoinTokenCreate>;

/** What became of a join token. */
export const JoinTokenPhase = z.enum(['Unused', 'Used', 'Expired', 'Revoked']).meta({ id: 'JoinTokenPhase' });
export type JoinTokenPhase = z.infer<typeof JoinTokenPhase>;

/** The right of one host to become a node, once. Its text is in no answer but the one that made it. */
export const JoinToken = z
  .strictObject({
    nodeName,
    addressCidr,
    requireApproval,
    expiresAt: Timestamp,
    createdBy: z.string(),
    ...systemFields('joinToken'),
    status: z.strictObject({
      phase: JoinTokenPhase,
      usedAt: Timestamp.nullable(),
      usedBy: z.strictObject({ id: z.string(), name: z.string() }).nullable().describe('the node that joined with it'),
      usedFrom: z.string().nullable().describe('the address that it was used from'),
      refusals: z.int().describe('attempts to join with it that were refused; any after it was used may be a theft'),
      lastRefusedAt: Timestamp.nullable(),
      lastRefusedFrom: z.string().nullable(),
    }),
  })
  .meta({ id: 'JoinToken' });
export type JoinToken = z.infer<typeof JoinToken>;
