import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { DnsLabel } from '../names.ts';
import { Timestamp } from './vocabulary.ts';

/** The longest text of one step that a receipt keeps, in characters. */
export const RECEIPT_TEXT_MAX = 65_536;

/** So much is kept of an input that there is no room for. It tells what was begun with; the rest of a part tells nobody more, and each node of a fleet writes, hashes and sends it when there is the most to do. */
export const RECEIPT_BEGINNING_MAX = 8_192;

/** Services left out that a receipt names; with more of them it has no hash of the rules. */
export const RECEIPT_LEFT_OUT_MAX = 64;

/** Changes that a receipt tells of by name, when it carried more than that at once. */
export const RECEIPT_CHANGES_MAX = 256;

/** One command that ran on a node: the exact text it was given, as far as there is room, and what came back. */
export const ReceiptStep = z
  .strictObject({
    argv: z.array(z.string().max(256)).max(64),
    input: z.string().max(RECEIPT_TEXT_MAX).describe('what the command read from standard input'),
    truncated: z
      .boolean()
      .describe(
        `something of this step is left out; of an input for which there was no room, at most the first ${RECEIPT_BEGINNING_MAX} characters are here`,
      ),
    exitCode: z.int().nullable().describe('null: the command was not started or was killed'),
    durationMs: z.number(),
    stderr: z.string().max(4096),
  })
  .meta({ id: 'ReceiptStep' });
export type ReceiptStep = z.infer<typeof ReceiptStep>;

const Sha256 = z
  .string()
  .length(64)
  .regex(/^[0-9a-f]+$/);

/** What a node sends about one apply, or about one time that it read its kernel back. */
export const ReceiptReport = z.strictObject({
  id: idSchema('receipt'),
  fromRevision: z.int(),
  toRevision: z.int(),
  cause: z
    .enum(['change', 'start', 'drift', 'resync', 'retry', 'verification'])
    .describe('verification: nothing was applied, the kernel was read back; it failed when something else stood there'),
  backend: z.string().max(32),
  startedAt: Timestamp,
  durationMs: z.number(),
  outcome: z.enum(['applied', 'failed']),
  message: z.string().max(4096),
  configHash: z.string().max(64),
  rulesHash: Sha256.nullable()
    .default(null)
    .describe(
      'names everything of ours that is to stand in the kernel after it: the digest of the inventory of that revision on this node; null: nobody knows, or a service stands on as it was because its change was refused',
    ),
  leftOut: z
    .array(z.string().max(64))
    .max(RECEIPT_LEFT_OUT_MAX)
    .default([])
    .describe('ids of services that the kernel took no rules for; the hash is of the rules without them'),
  readBack: z
    .strictObject({ rulesHash: Sha256, at: Timestamp })
    .nullable()
    .default(null)
    .describe('the same digest of what was really found there, connections of IPVS that end aside; null: it was not read'),
  steps: z.array(ReceiptStep).max(256),
});
export type ReceiptReport = z.infer<typeof ReceiptReport>;

/** How a node vouches for a receipt: with its own Ed25519 key, which the control plane never has. */
export const ReceiptSignature = z
  .strictObject({
    key: Sha256.describe('fingerprint of the public key, as the audit event that registered it says'),
    value: z
      .string()
      .length(86)
      .regex(/^[A-Za-z0-9_-]+$/)
      .describe("over canonical JSON (RFC 8785) of the receipt as its node sent it, with each step's input by inputSha256"),
  })
  .meta({ id: 'ReceiptSignature' });
export type ReceiptSignature = z.infer<typeof ReceiptSignature>;

/** A receipt on its way to the control plane. A field that comes to be later is optional and has no default: what was signed is what was sent. */
export const SignedReceipt = z
  .strictObject({ ...ReceiptReport.shape, signature: ReceiptSignature.nullable().default(null) })
  .meta({ id: 'SignedReceipt' });
export type SignedReceipt = z.infer<typeof SignedReceipt>;

/** A step as it is kept: its text is stored once, however many receipts have it, and may be forgotten before them. */
export const RecordedStep = z
  .strictObject({
    ...ReceiptStep.shape,
    input: ReceiptStep.shape.input.nullable().describe('what the command read from standard input; null: that long ago is no longer kept'),
    inputSha256: Sha256,
  })
  .meta({ id: 'RecordedStep' });
export type RecordedStep = z.infer<typeof RecordedStep>;

/** What was done on a node: one for every apply that wrote something or failed. */
export const Receipt = z
  .strictObject({
    ...ReceiptReport.shape,
    rulesHash: ReceiptReport.shape.rulesHash.unwrap(),
    leftOut: ReceiptReport.shape.leftOut.unwrap(),
    readBack: ReceiptReport.shape.readBack.unwrap(),
    steps: z.array(RecordedStep).max(256),
    node: DnsLabel,
    receivedAt: Timestamp,
    requestIds: z.array(z.string()).describe(`requests whose changes it carried, those of the newest ${RECEIPT_CHANGES_MAX} changes`),
    signature: ReceiptSignature.nullable().describe('null: its node had no key yet'),
  })
  .meta({ id: 'Receipt' });
export type Receipt = z.infer<typeof Receipt>;
