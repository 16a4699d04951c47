import {
  type AuditEvent,
  type ChainHead,
  type ChainLine,
  type ChainLink,
  type Checkpoint,
  canonicalJson,
  checkpointText,
  GENESIS,
  linkHash,
  makeId,
  recordDigest,
  type SealedReceipt,
  signedPart,
} from '@weft/model';
import { keyFingerprint, newPrivateKey, type Signer, signerOf } from '@weft/telemetry';
import { describe, expect, it } from 'vitest';
import type { AuditApi } from '../../src/api/audit-api.ts';
import { verifyRecords } from '../../src/audit/verification.ts';
import { verificationLines } from '../../src/commands/audit-verify.ts';

const [auditor, successor, node] = [signerOf(newPrivateKey()), signerOf(newPrivateKey()), signerOf(newPrivateKey())] as [
  Signer,
  Signer,
  Signer,
];

const at = '2026-11-21T10:00:00.000Z';

/** A node that joins, with its key, at a revision. */
const joined = (revision: number, name = 'node-1', { publicKey } = node): AuditEvent => ({
  id: makeId('audit', `e${revision}`),
  at,
  requestId: 'r',
  actor: { kind: 'node', name, tokenId: null },
  sourceAddress: null,
  operation: 'nodeJoin',
  object: { kind: 'node', id: 'node_1', namespace: null, name },
  revision,
  before: null,
  after: { credential: { receiptKey: { fingerprint: keyFingerprint(publicKey), publicKey } } },
  concernedNodes: [],
});

/** A receipt of a node, signed by somebody. */
function receipt(id: string, name = 'node-1', { publicKey, sign } = node): SealedReceipt {
  const said = {
    ...{
      id: makeId('receipt', id),
      node: name,
      receivedAt: at,
      requestIds: [],
      signature: null,
      fromRevision: 0,
      toRevision: 1,
      cause: 'change' as const,
    },
    ...{
      backend: 'nftables',
      startedAt: at,
      durationMs: 1,
      outcome: 'applied' as const,
      message: '',
      configHash: '',
      rulesHash: null,
      leftOut: [],
    },
    ...{ readBack: null, steps: [] },
  };
  return { ...said, signature: { key: keyFingerprint(publicKey), value: sign(canonicalJson(signedPart(said))) } };
}

/** A control plane that keeps records in memory, sealed as they come in. */
class Kept {
  readonly lines = { changes: [] as ChainLink[], receipts: [] as ChainLink[] };
  readonly signed: Checkpoint[] = [];
  epoch = 'e1';
  /** Called whenever a chain has been read. */
  meanwhile: () => void = () => undefined;

  add(chain: 'changes' | 'receipts', record: AuditEvent | SealedReceipt): void {
    const head = this.headOf(chain);
    const digest = recordDigest(record);
    const hash = linkHash(chain, head, record.id, digest);
    this.lines[chain].push({ type: 'LINK', seq: head.seq + 1, recordId: record.id, digest, hash, record });
  }

  sign({ publicKey, sign }: Signer): Checkpoint {
    const id = makeId('checkpoint', String(this.signed.length));
    const statement = { id, at, epoch: this.epoch, changes: this.headOf('changes'), receipts: this.headOf('receipts'), publicKey };
    const checkpoint = { ...statement, signature: sign(checkpointText(statement)) };
    this.signed.unshift(checkpoint);
    return checkpoint;
  }

  get api(): Pick<AuditApi, 'chain' | 'checkpoints'> {
    return { chain: (chain) => this.#read(chain), checkpoints: async () => this.signed };
  }

  headOf(chain: 'changes' | 'receipts'): ChainHead {
    const { seq, hash } = this.lines[chain].at(-1) ?? GENESIS;
    return { seq, hash };
  }

  async *#read(chain: 'changes' | 'receipts'): AsyncGenerator<ChainLine> {
    yield { type: 'START', seq: this.headOf(chain).seq };
    yield* this.lines[chain];
    const recorded = this.lines.changes.length;
    yield { type: 'END', waiting: 0, recorded, revision: recorded };
    this.meanwhile();
  }
}

function kept(): Kept {
  const records = new Kept();
  records.add('changes', joined(1));
  records.add('receipts', receipt('a'));
  records.add('receipts', receipt('b'));
  return records;
}

const kinds = async (records: Kept, checkpoints: readonly Checkpoint[], publicKeys: readonly string[] = []) => {
  const { findings, notes } = await verifyRecords(records.api, { checkpoints, publicKeys });
  return { found: findings.listed.map(({ kind }) => kind), notes };
};

describe('verification', () => {
  it('finds nothing where nothing was touched, and says what nobody can know without an anchor', async () => {
    const records = kept();
    const anchor = records.sign(auditor);
    expect(await kinds(records, [anchor])).toEqual({ found: [], notes: [] });
    expect(await kinds(records, [])).toEqual({ found: [], notes: [expect.stringContaining('no checkpoint from elsewhere')] });
  });

  it('believes the keys of what it was given, and others only when told', async () => {
    const records = kept();
    const anchor = records.sign(auditor);
    records.add('changes', joined(2));
    records.sign(successor);
    expect(await kinds(records, [anchor])).toEqual({ found: [], notes: [expect.stringContaining('1 checkpoints that are kept here')] });
    expect(await kinds(records, [anchor], [successor.publicKey])).toEqual({ found: [], notes: [] });
    records.lines.changes.pop();
    expect((await kinds(records, [anchor])).found).toEqual([]);
    expect((await kinds(records, [anchor], [successor.publicKey])).found).toEqual(['Cut']);
  });

  it('refuses a checkpoint whose numbers were changed, wherever it comes from', async () => {
    const records = kept();
    const anchor = records.sign(auditor);
    expect((await kinds(records, [{ ...anchor, receipts: { ...anchor.receipts, seq: 1 } }])).found).toEqual(['CheckpointRefused']);
  });

  it('takes the key of a node that joins meanwhile for what it is', async () => {
    const records = kept();
    const anchor = records.sign(auditor);
    const other = signerOf(newPrivateKey());
    records.meanwhile = () => {
      records.meanwhile = () => undefined;
      records.add('changes', joined(2, 'node-2', other));
      records.add('receipts', receipt('c', 'node-2', other));
    };
    expect((await kinds(records, [anchor])).found).toEqual([]);
    expect((await kinds(records, [anchor])).found).toEqual([]);
  });

  it.each([
    ['with a key that nobody registered', receipt('x', 'node-1', auditor)],
    ["with another node's key", receipt('x', 'node-2', node)],
    ['with nothing', { ...receipt('x'), signature: null }],
    ['with what was said about something else', { ...receipt('x'), toRevision: 7 }],
  ])('finds a receipt that is signed %s', async (_how, forged) => {
    const records = kept();
    records.add('receipts', forged);
    expect((await kinds(records, [])).found).toEqual(['Forged']);
  });

  it('says that an answer broke off, and that a database was restored', async () => {
    const records = kept();
    const anchor = records.sign(auditor);
    records.lines.receipts.pop();
    records.epoch = 'e2';
    records.sign(auditor);
    const { found, notes } = await kinds(records, [anchor]);
    expect(found).toEqual(['Cut']);
    expect(notes).toEqual([expect.stringContaining('restored from a dump')]);
    const broken = { ...records.api, chain: async function* (): AsyncGenerator<ChainLine> {} };
    const { findings } = await verifyRecords(broken, { checkpoints: [], publicKeys: [] });
    expect(findings.listed.map(({ kind }) => kind)).toEqual(['Incomplete', 'Incomplete']);
  });

  it('lists a hundred findings and counts the others', async () => {
    const records = kept();
    for (let number = 0; number < 150; number++) records.add('receipts', receipt(`f${number}`, 'node-1', auditor));
    const verification = await verifyRecords(records.api, { checkpoints: [], publicKeys: [] });
    const lines = verificationLines(verification);
    expect(lines).toContain('150 findings');
    expect(lines.at(-1)).toBe('and 50 more');
    expect(lines.filter((line) => line.startsWith('Forged'))).toHaveLength(100);
  });
});
