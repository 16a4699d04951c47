import { z } from 'zod';
import { sha256Hex } from '../fingerprint.ts';
import { Receipt, type ReceiptReport, RecordedStep } from './receipt.ts';

/** A step without its text, which its hash stands for. */
const StepRecord = RecordedStep.omit({ input: true });
type StepRecord = z.infer<typeof StepRecord>;

/** A receipt without the texts: what is kept for good, and what its link in the chain is about. */
export const SealedReceipt = z.strictObject({ ...Receipt.shape, steps: z.array(StepRecord) }).meta({ id: 'SealedReceipt' });
export type SealedReceipt = z.infer<typeof SealedReceipt>;

/** What a node says in a receipt, without the texts: what it signs. */
export type ReceiptRecord = Omit<ReceiptReport, 'steps'> & { readonly steps: StepRecord[] };

/** The record of a report, which has the texts. */
export function receiptRecord({ steps, ...rest }: ReceiptReport): ReceiptRecord {
  return { ...rest, steps: steps.map(({ input, ...step }) => ({ ...step, inputSha256: sha256Hex(input) })) };
}

/** The part of a receipt that its node has signed. */
export function signedPart(sealed: SealedReceipt): ReceiptRecord {
  const { node: _node, receivedAt: _receivedAt, requestIds: _requestIds, signature: _signature, ...record } = sealed;
  return record;
}
