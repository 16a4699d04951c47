import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ChainLine,
  type ChainName,
  canonicalJson,
  Findings,
  makeId,
  ReceiptKeys,
  type ReceiptReport,
  type ReceiptSignature,
  receiptRecord,
  signedCheckpoints,
  verifyChain,
} from '@weft/model';
import { isSignedBy, keyFingerprint, newPrivateKey, type Signer, signerOf } from '@weft/telemetry';
import { eventually } from '@weft/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointSigner, ensureCheckpointKey } from '../../src/sealing/checkpoint-key.ts';
import { FACTS } from '../harness/executor.ts';
import { type Plane, type Replica, startPlane } from '../harness/plane.ts';

let folder: string;
let plane: Plane;
let other: Replica;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-sealing-'));
  const keyFile = join(folder, 'checkpoint.key');
  ensureCheckpointKey(keyFile);
  plane = await startPlane({ WEFT_CHECKPOINT_KEY_FILE: keyFile });
  other = await plane.replica();
});
afterAll(async () => {
  await other.stop();
  await plane.stop();
  await rm(folder, { recursive: true });
});

const linesOf = async (chain: ChainName): Promise<ChainLine[]> => (await plane.api.ok(`GET /audit-chains/${chain}`)).body;

async function* stream(lines: readonly ChainLine[]) {
  yield* lines;
}

describe('sealing', () => {
  it('seals what was recorded within a second or so, by itself', async () => {
    await plane.api.ok('POST /namespaces', { body: { name: 'first' } });
    await other.api.ok('POST /namespaces', { body: { name: 'second' } });
    await eventually('two links', async () => (await linesOf('changes')).filter(({ type }) => type === 'LINK').length === 2);
    expect((await linesOf('changes')).at(-1)).toEqual({ type: 'END', waiting: 0, recorded: 2, revision: 2 });
  });

  it('signs where the chains stand, once for what is the same, and everybody can verify it', async () => {
    await plane.api.ok('POST /namespaces', { body: { name: 'third' } });
    const { body: checkpoint } = await plane.api.ok('POST /checkpoints');
    expect(checkpoint.publicKey).toBe(checkpointSigner(join(folder, 'checkpoint.key')).publicKey);
    expect((await other.api.ok('POST /checkpoints')).body).toEqual(checkpoint);
    await plane.api.ok('POST /namespaces', { body: { name: 'fourth' } });
    const { body: later } = await plane.api.ok('POST /checkpoints');
    expect((await plane.api.ok('GET /checkpoints')).body.items.slice(0, 2)).toEqual([later, checkpoint]);

    const findings = new Findings();
    const anchors = signedCheckpoints([later, checkpoint], isSignedBy, findings);
    const { anchoredAt } = await verifyChain(
      'changes',
      stream(await linesOf('changes')),
      { checkpoints: anchors, keys: new ReceiptKeys(isSignedBy) },
      findings,
    );
    expect(findings.listed).toEqual([]);
    expect(anchoredAt).toEqual(later);
  });

  it('says that it has no key', async () => {
    const keyless = await startPlane();
    expect(await keyless.api.send('POST /checkpoints')).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('WEFT_CHECKPOINT_KEY_FILE') },
    });
    await keyless.stop();
  });
});

describe('a receipt', () => {
  const report: ReceiptReport = {
    ...{
      id: makeId('receipt', 'one'),
      fromRevision: 0,
      toRevision: 1,
      cause: 'change',
      backend: 'nftables',
      startedAt: '2026-11-21T10:00:00.000Z',
    },
    ...{ durationMs: 0.3, outcome: 'applied', message: '', configHash: 'c0ffee', rulesHash: null, leftOut: [], readBack: null },
    steps: [{ argv: ['nft', '-f', '-'], input: 'add table ip weft', truncated: false, exitCode: 0, durationMs: 0.2, stderr: '' }],
  };

  it('is believed when the key vouches for it that its node joined with, and no other', async () => {
    const [own, other] = [signerOf(newPrivateKey()), signerOf(newPrivateKey())];
    const { token: joinToken } = (await plane.api.ok('POST /join-tokens', { body: { nodeName: 'signing' } })).body;
    const { token } = (
      await plane.api.ok('POST /join', { token: null, body: { token: joinToken, facts: FACTS, receiptKey: own.publicKey } })
    ).body;
    const { session } = (await plane.api.ok('PUT /node-agent/session', { token, body: { facts: FACTS } })).body;
    const send = (signature: ReceiptSignature | null) => {
      const standing = { session, epoch: 'e', appliedRevision: 0, configHash: null, failure: null, pods: [] };
      return plane.api.send('PUT /node-agent/report', { token, body: { ...standing, receipts: [{ ...report, signature }] } });
    };
    const by = ({ publicKey, sign }: Signer) => ({ key: keyFingerprint(publicKey), value: sign(canonicalJson(receiptRecord(report))) });
    for (const wrong of [null, by(other), { ...by(other), key: by(own).key }])
      expect(await send(wrong)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/receipts/0/signature' }] } });
    expect((await send(by(own))).status).toBe(200);
    expect((await plane.api.ok(`GET /receipts/${report.id}`)).body).toMatchObject({ ...report, node: 'signing', signature: by(own) });

    // A key that it rotates to is believed too, and the one before stays good.
    await plane.api.ok('POST /node-agent/credential', { token, body: { receiptKey: other.publicKey } });
    for (const key of [own, other]) expect((await send(by(key))).status).toBe(200);
  });
});

describe('the key that checkpoints are signed with', () => {
  it('is made once, for its owner alone', async () => {
    const path = join(folder, 'made.key');
    ensureCheckpointKey(path);
    const made = await readFile(path, 'utf8');
    ensureCheckpointKey(path);
    expect(await readFile(path, 'utf8')).toBe(made);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await chmod(path, 0o640);
    expect(() => checkpointSigner(path)).toThrow('may be read by others');
  });

  it.each([
    ['nothing', null],
    ['a text', 'weft'],
    [
      'a key for something else',
      '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEIHAPgYbzRLBcKhDSvBGfZ5rGcBGXoqrBaKWbd4nWGsZ7\n-----END PRIVATE KEY-----\n',
    ],
  ])('is not %s', async (_what, text) => {
    const path = join(folder, 'wrong.key');
    if (text !== null) await writeFile(path, text, { mode: 0o600 });
    expect(() => checkpointSigner(path)).toThrow(`WEFT_CHECKPOINT_KEY_FILE ${path} is no private key`);
  });
});
