import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChainLine, type ChainName, Findings, ReceiptKeys, signedCheckpoints, verifyChain } from '@weft/model';
import { isSignedBy } from '@weft/telemetry';
import { eventually } from '@weft/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointSigner, ensureCheckpointKey } from '../../src/sealing/checkpoint-key.ts';
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
    expect((await linesOf('changes')).at(-1)).toEqual({ type: 'END', waiting: 0 });
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
