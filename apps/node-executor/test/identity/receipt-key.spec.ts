import { canonicalJson, makeId, type ReceiptReport, receiptRecord } from '@weft/model';
import { isSignedBy, keyFingerprint } from '@weft/telemetry';
import { describe, expect, it } from 'vitest';
import { currentReceiptKey, newReceiptKey, publicReceiptKey, signatureOf } from '../../src/identity/receipt-key.ts';

const DAY_MS = 86_400_000;
const key = newReceiptKey(0);

const receipt: ReceiptReport = {
  id: makeId('receipt', 'a'),
  fromRevision: 1,
  toRevision: 2,
  cause: 'change',
  backend: 'nftables',
  startedAt: '2026-11-21T10:00:00.000Z',
  durationMs: 0.25,
  outcome: 'applied',
  message: '',
  configHash: 'c0ffee',
  rulesHash: null,
  leftOut: [],
  readBack: null,
  steps: [{ argv: ['nft', '-f', '-'], input: 'add table ip weft\n', truncated: false, exitCode: 0, durationMs: 0.1, stderr: '' }],
};

describe('the key of a node', () => {
  it('vouches for what the node says, and for the texts by their hashes', () => {
    const signature = signatureOf(receipt, key);
    expect(signature?.key).toBe(keyFingerprint(publicReceiptKey(key)));
    const vouchesFor = (said: ReceiptReport) =>
      isSignedBy(publicReceiptKey(key), canonicalJson(receiptRecord(said)), signature?.value ?? '');
    expect(vouchesFor(receipt)).toBe(true);
    expect(vouchesFor({ ...receipt, outcome: 'failed' })).toBe(false);
    expect(vouchesFor({ ...receipt, steps: receipt.steps.map((step) => ({ ...step, input: 'flush ruleset\n' })) })).toBe(false);
  });

  it('is another after thirty days, and not before', () => {
    expect(currentReceiptKey(key, 30 * DAY_MS - 1)).toBe(key);
    expect(currentReceiptKey(key, 30 * DAY_MS)).toMatchObject({ madeAt: 30 * DAY_MS });
    expect(currentReceiptKey(undefined, 7)).toMatchObject({ madeAt: 7 });
  });

  it('is none before a node has one', () => {
    expect(signatureOf(receipt, undefined)).toBeNull();
  });
});
