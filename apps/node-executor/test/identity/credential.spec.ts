import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeCredential } from '@weft/model';
import { ApiError } from '@weft/sdk';
import { createLogger } from '@weft/telemetry';
import { eventually } from '@weft/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Credential, hintsUrl, kept } from '../../src/identity/credential.ts';
import { CredentialError, CredentialFile } from '../../src/identity/credential-file.ts';
import { newReceiptKey } from '../../src/identity/receipt-key.ts';
import { Renewal } from '../../src/identity/renewal.ts';
import { CREDENTIAL } from '../support/credential.ts';

let folder: string;
let file: CredentialFile;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-identity-'));
  file = new CredentialFile(join(folder, 'etc/node.credential'));
});
afterEach(() => rm(folder, { recursive: true }));

const redis = { url: 'redis://192.0.2.9:6379', username: 'weft-node_a', password: 'p/w' };
const issued: NodeCredential = {
  node: { id: 'node_a', name: 'a' },
  approved: true,
  token: 'weft_node_first',
  expiresAt: '2026-11-22T08:00:00.000Z',
  expiresInSeconds: 90,
  redis,
};

describe('the credential of a host', () => {
  it('is renewed when a third of its life is over, by the clock of the host', () => {
    const receiptKey = newReceiptKey(1_000_000);
    expect(kept(issued, receiptKey, 1_000_000)).toEqual({ node: issued.node, token: issued.token, renewAt: 1_030_000, redis, receiptKey });
  });

  it('says where hints are, and as whom to get them', () => {
    const credential: Credential = { ...CREDENTIAL, redis };
    expect(hintsUrl(null, credential)).toBe('redis://weft-node_a:p%2Fw@192.0.2.9:6379');
    expect(hintsUrl('rediss://10.0.0.1', credential)).toBe('rediss://weft-node_a:p%2Fw@10.0.0.1');
    expect(hintsUrl('redis://:own@10.0.0.1', credential)).toBe('redis://:own@10.0.0.1');
    expect(hintsUrl('unix:///run/redis.sock?db=2', credential)).toContain('username=weft-node_a&password=p%2Fw');
    expect(hintsUrl(null, CREDENTIAL)).toBe(null);
    expect(hintsUrl(null, credential, 'redis://192.0.2.9:33345')).toBe('redis://weft-node_a:p%2Fw@192.0.2.9:33345');
    expect(hintsUrl('rediss://10.0.0.1', credential, 'redis://192.0.2.9:33345')).toBe('rediss://weft-node_a:p%2Fw@10.0.0.1');
    expect(hintsUrl(null, credential, null)).toBe(null);
    expect(hintsUrl(null, CREDENTIAL, 'redis://192.0.2.9:33345')).toBe(null);
  });

  it('is for its owner alone, and leaves nothing beside it', async () => {
    await file.write(CREDENTIAL);
    await file.write({ ...CREDENTIAL, token: 'newer' });
    expect(await file.read()).toEqual({ ...CREDENTIAL, token: 'newer' });
    expect((await stat(file.path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'etc'))).toEqual(['node.credential']);
    await chmod(file.path, 0o640);
    await expect(file.read()).rejects.toThrow('may be read by others');
  });

  it.each([
    ['nothing', null, 'there is no credential'],
    ['a piece of JSON', '{"token":"weft_node_secr', 'cannot be read'],
    ['something else', '{"token":""}', 'is not a credential'],
  ])('is not %s', async (_name, text, message) => {
    await file.write(CREDENTIAL);
    if (text === null) await file.remove();
    else await writeFile(file.path, text);
    const refusal = await file.read().catch((error: Error) => error);
    expect(refusal).toBeInstanceOf(CredentialError);
    expect(`${refusal}`).toContain(message);
    expect(`${refusal} ${(refusal as Error).cause}`).not.toContain('secr');
  });
});

/** A control plane that gives out credentials; each is used by nobody else. */
class Issuer {
  readonly asked: string[] = [];
  refusing: Error | null = null;

  rotate = async (bearer: string): Promise<NodeCredential> => {
    this.asked.push(bearer);
    if (this.refusing !== null) throw this.refusing;
    return { ...issued, token: `weft_node_${this.asked.length}`, expiresInSeconds: 3600 };
  };
}

describe('renewal', () => {
  const renew = (issuer: Issuer, now: () => number) => {
    const renewed: Credential[] = [];
    const log = createLogger('test', 'silent');
    const renewal = new Renewal({ file, api: issuer, onRenewed: (credential) => renewed.push(credential), now, log });
    renewal.start();
    return { renewal, renewed };
  };

  it('has the new credential on disk before anybody hears of it, and asks for no other', async () => {
    await file.write({ ...CREDENTIAL, renewAt: 1_000 });
    const issuer = new Issuer();
    const { renewal, renewed } = renew(issuer, () => 1_000);
    await eventually('a renewed credential', () => renewed.length === 1);
    expect(await file.read()).toEqual(renewed[0]);
    await renewal.close();
    expect(issuer.asked).toEqual([CREDENTIAL.token]);
  });

  it('keeps the key that receipts are signed with', async () => {
    await file.write({ ...CREDENTIAL, renewAt: 1_000 });
    const { renewal, renewed } = renew(new Issuer(), () => 1_000);
    await eventually('a renewed credential', () => renewed.length === 1);
    await renewal.close();
    expect(renewed[0]?.receiptKey).toEqual(CREDENTIAL.receiptKey);
  });

  it('does not wait with a credential from before receipts were signed', async () => {
    const { receiptKey: _none, ...older } = CREDENTIAL;
    await file.write(older);
    const { renewal, renewed } = renew(new Issuer(), () => 1_000);
    await eventually('a renewed credential', () => renewed.length === 1);
    await renewal.close();
    expect(renewed[0]?.receiptKey).toMatchObject({ madeAt: 1_000 });
  });

  it('asks for none before it is time', async () => {
    await file.write({ ...CREDENTIAL, renewAt: 1_001 });
    const issuer = new Issuer();
    const { renewal } = renew(issuer, () => 1_000);
    await renewal.close();
    expect(issuer.asked).toEqual([]);
  });

  it('keeps the one it has when it gets no other', async () => {
    await file.write({ ...CREDENTIAL, renewAt: 0 });
    const issuer = new Issuer();
    const problem = { type: '', title: '', status: 401, detail: '', code: 'Unauthenticated', requestId: '', retryable: false, errors: [] };
    issuer.refusing = new ApiError(problem);
    const { renewal, renewed } = renew(issuer, () => 1_000);
    await eventually('an attempt', () => issuer.asked.length === 1);
    await renewal.close();
    expect(renewed).toEqual([]);
    expect((await file.read()).token).toBe(CREDENTIAL.token);
  });
});
