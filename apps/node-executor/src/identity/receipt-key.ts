import { canonicalJson, type ReceiptReport, type ReceiptSignature, receiptRecord } from '@weft/model';
import { keyFingerprint, newPrivateKey, signerOf } from '@weft/telemetry';
import { z } from 'zod';

/** The key that this node vouches for its receipts with. It never leaves the host. */
export const ReceiptKey = z.object({
  /** PEM (PKCS #8). */
  privateKey: z.string().min(1),
  /** Ms since 1970. */
  madeAt: z.number(),
});
export type ReceiptKey = z.infer<typeof ReceiptKey>;

/** How long a node signs with one key, in ms: often enough that a stolen one is soon of no use, seldom enough that a verifier can hold every key there ever was. */
const LIFE_MS = 30 * 24 * 3_600_000;

/** A new key. */
export const newReceiptKey = (now: number): ReceiptKey => ({ privateKey: newPrivateKey(), madeAt: now });

/** The key to sign with from now on: the one there is, while it is young enough. */
export function currentReceiptKey(key: ReceiptKey | undefined, now: number): ReceiptKey {
  return key !== undefined && now - key.madeAt < LIFE_MS ? key : newReceiptKey(now);
}

/** The part of a key that everybody may know, as the control plane registers it. */
export const publicReceiptKey = ({ privateKey }: ReceiptKey): string => signerOf(privateKey).publicKey;

/** The signature of a receipt; null without a key. */
export function signatureOf(receipt: ReceiptReport, key: ReceiptKey | undefined): ReceiptSignature | null {
  if (key === undefined) return null;
  const { publicKey, sign } = signerOf(key.privateKey);
  return { key: keyFingerprint(publicKey), value: sign(canonicalJson(receiptRecord(receipt))) };
}
