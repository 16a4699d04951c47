import { z } from 'zod';
import { canonicalJson } from '../fingerprint.ts';
import { idSchema } from '../ids.ts';
import { Timestamp } from './vocabulary.ts';

/** Where a chain stands: its newest link, `seq` 0 and 64 zeros when it has none. */
export const ChainHead = z.strictObject({ seq: z.int().min(0), hash: z.string().regex(/^[0-9a-f]{64}$/) }).meta({ id: 'ChainHead' });
export type ChainHead = z.infer<typeof ChainHead>;

/** Where both chains stood at a time, signed: kept elsewhere it shows later whether what lies before it was touched. */
export const Checkpoint = z
  .strictObject({
    id: idSchema('checkpoint'),
    at: Timestamp,
    epoch: z.string().describe('another one later on means that the database was restored in between'),
    changes: ChainHead,
    receipts: ChainHead,
    publicKey: z.string().max(64).describe('Ed25519 (RFC 8032), the 32 bytes as base64url'),
    signature: z.string().max(128).describe('over canonical JSON (RFC 8785) of all other fields, as base64url'),
  })
  .meta({ id: 'Checkpoint' });
export type Checkpoint = z.infer<typeof Checkpoint>;

/** The text that the signature of a checkpoint is over. */
export function checkpointText({
  signature: _signature,
  ...statement
}: Omit<Checkpoint, 'signature'> & { readonly signature?: string }): string {
  return canonicalJson(statement);
}
