import { z } from 'zod';
import { DnsLabel } from '../names.ts';
import { ProtocolVersion } from '../protocol.ts';
import { ClusterNetwork } from './cluster.ts';
import { NodeFactsReport } from './node.ts';
import { Timestamp } from './vocabulary.ts';

/** The text of a join token, as the host that joins has it. */
const joinToken = z.string().min(1).max(512);

/** The public part of the key that a node signs receipts with. */
const receiptKey = z
  .string()
  .length(43)
  .regex(/^[A-Za-z0-9_-]+$/, 'must be the 32 bytes of an Ed25519 public key as base64url')
  .describe(
    'Ed25519 public key (RFC 8032), base64url: receipts of the node must be signed with it from now on; keys registered before stay good',
  );

/** What a host sends to become a node. */
export const NodeJoin = z
  .strictObject({
    token: joinToken,
    nodeName: DnsLabel.optional().describe('omitted: the name that the token is for'),
    protocol: ProtocolVersion,
    facts: NodeFactsReport,
    receiptKey: receiptKey.optional(),
  })
  .meta({ id: 'NodeJoin' });
export type NodeJoin = z.infer<typeof NodeJoin>;

/** What a host sends to find out what joining would come to. */
export const NodeJoinPreview = z
  .strictObject({ token: joinToken, nodeName: DnsLabel.optional().describe('omitted: the name that the token is for') })
  .meta({ id: 'NodeJoinPreview' });
export type NodeJoinPreview = z.infer<typeof NodeJoinPreview>;

/** What joining would come to: what a host needs to know to look at itself before it joins. */
export const JoinOutlook = z
  .strictObject({
    nodeName: DnsLabel.nullable().describe('null: the token is for no name, and none was sent'),
    requireApproval: z.boolean(),
    network: z.strictObject(ClusterNetwork.pick({ podCidrs: true, serviceCidrs: true, overlay: true, vxlan: true }).shape),
  })
  .meta({ id: 'JoinOutlook' });
export type JoinOutlook = z.infer<typeof JoinOutlook>;

/** Where a node's hints are, and as whom to get them. */
export const NodeRedis = z
  .strictObject({
    url: z.string().describe('without a user and a password'),
    username: z.string(),
    password: z.string(),
  })
  .meta({ id: 'NodeRedis' });
export type NodeRedis = z.infer<typeof NodeRedis>;

/** What makes a host a node: shown in this answer and never again, as only hashes of its secrets are kept. */
export const NodeCredential = z
  .strictObject({
    node: z.strictObject({ id: z.string(), name: DnsLabel }),
    approved: z.boolean().describe('false: it is good for nothing but asking whether the node is approved'),
    token: z.string().describe('the bearer token of the node'),
    expiresAt: Timestamp,
    expiresInSeconds: z.int().describe('the same for a host whose clock is wrong'),
    redis: NodeRedis.nullable().describe('null: hints cannot be had; the node asks at every heartbeat'),
  })
  .meta({ id: 'NodeCredential' });
export type NodeCredential = z.infer<typeof NodeCredential>;

/** What a node sends to get its next credential. */
export const NodeCredentialRotation = z
  .strictObject({ receiptKey: receiptKey.optional() })
  .default({})
  .meta({ id: 'NodeCredentialRotation' });
export type NodeCredentialRotation = z.infer<typeof NodeCredentialRotation>;

/** Whom a node's credential stands for. */
export const NodeIdentity = z
  .strictObject({
    node: z.strictObject({ id: z.string(), name: DnsLabel }),
    approved: z.boolean(),
    expiresAt: Timestamp,
  })
  .meta({ id: 'NodeIdentity' });
export type NodeIdentity = z.infer<typeof NodeIdentity>;
