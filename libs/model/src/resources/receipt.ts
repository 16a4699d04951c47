import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { DnsLabel } from '../names.ts';
import { Timestamp } from './vocabulary.ts';

/** The longest text of one step that a receipt keeps; the rest is cut and `truncated` says so. */
export const RECEIPT_TEXT_MAX = 65_536;

/** One command that ran on a node: the exact text it was given and what came back. */
export const ReceiptStep = z
  .strictObject({
    argv: z.array(z.string().max(256)).max(64),
    input: z.string().max(RECEIPT_TEXT_MAX).describe('what the command read from standard input'),
    truncated: z.boolean(),
    exitCode: z.int().nullable().describe('null: the command was not started or was killed'),
    durationMs: z.number(),
    stderr: z.string().max(4096),
  })
  .meta({ id: 'ReceiptStep' });
export type ReceiptStep = z.infer<typeof ReceiptStep>;

/** What a node sends about one apply. */
export const ReceiptReport = z
  .strictObject({
    id: idSchema('receipt'),
    fromRevision: z.int(),
    toRevision: z.int(),
    cause: z.enum(['change', 'start', 'drift', 'resync', 'retry']),
    backend: z.string().max(32),
    startedAt: Timestamp,
    durationMs: z.number(),
    outcome: z.enum(['applied', 'failed']),
    message: z.string().max(4096),
    configHash: z.string().max(64),
    steps: z.array(ReceiptStep).max(256),
  })
  .meta({ id: 'ReceiptReport' });
export type ReceiptReport = z.infer<typeof ReceiptReport>;

/** What was done on a node: one for every apply that wrote something or failed. */
export const Receipt = z
  .strictObject({
    ...ReceiptReport.shape,
    node: DnsLabel,
    receivedAt: Timestamp,
    requestIds: z.array(z.string()).describe('requests whose changes it carried'),
  })
  .meta({ id: 'Receipt' });
export type Receipt = z.infer<typeof Receipt>;
