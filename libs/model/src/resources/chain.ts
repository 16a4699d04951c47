import { z } from 'zod';
import { fingerprint } from '../fingerprint.ts';
import { AuditEvent } from './audit.ts';
import type { ChainHead } from './checkpoint.ts';
import { SealedReceipt } from './receipt-record.ts';

/** What is chained: who asked for what, and what was done on the nodes. */
export const CHAINS = ['changes', 'receipts'] as const;
export type ChainName = (typeof CHAINS)[number];

/** The head of a chain without links. */
export const GENESIS: ChainHead = { seq: 0, hash: '0'.repeat(64) };

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A link of a chain: `hash` is over the link before it and `digest`, and `digest` over the record. */
export const ChainLink = z
  .strictObject({
    type: z.literal('LINK'),
    seq: z.int().min(1),
    recordId: z.string().describe('id of the audit event or receipt'),
    digest: Sha256.describe('SHA-256 of canonical JSON (RFC 8785) of the record'),
    hash: Sha256.describe('SHA-256 of canonical JSON of chain, seq, recordId, digest and previous, which is the hash before'),
    record: z.union([AuditEvent, SealedReceipt]).nullable().describe('null: it is gone'),
  })
  .meta({ id: 'ChainLink' });
export type ChainLink = z.infer<typeof ChainLink>;

/** One line about a chain: first where it ends now; its links in order; then records that are in no link and wait for none; then those that lists do not find by what they say; then the texts of receipts' steps, and those that should be there; then the end. */
export const ChainLine = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('START'), seq: z.int().min(0).describe('number of its last link') }),
    ChainLink,
    z.strictObject({ type: z.literal('LOOSE'), recordId: z.string().describe('nobody who records put it there') }),
    z.strictObject({
      type: z.literal('MISFILED'),
      recordId: z.string().describe('what it is found by says otherwise than the record, or than the changes that it carried'),
    }),
    z.strictObject({ type: z.literal('TEXT'), sha256: Sha256, text: z.string() }),
    z.strictObject({
      type: z.literal('NO_TEXT'),
      sha256: Sha256,
      recordId: z.string().describe('a receipt that has it, too young for the text to be forgotten'),
    }),
    z.strictObject({
      type: z.literal('END'),
      waiting: z.int().describe('records that are not sealed yet; a second later they are'),
      recorded: z.int().describe('revision of the newest change that is there'),
      revision: z.int().describe('revision of the cluster at the same moment, which every change counts up'),
    }),
  ])
  .meta({ id: 'ChainLine' });
export type ChainLine = z.infer<typeof ChainLine>;

/** The digest of a record: an audit event as the API shows it, or a receipt without texts. */
export const recordDigest = (record: object): string => fingerprint(record);

/** The hash of the link that follows a head. */
export function linkHash(chain: ChainName, { seq, hash: previous }: ChainHead, recordId: string, digest: string): string {
  return fingerprint({ chain, seq: seq + 1, recordId, digest, previous });
}
