import { randomBytes } from 'node:crypto';
import {
  type ChainName,
  type Checkpoint,
  canonicalJson,
  Findings,
  makeId,
  ReceiptKeys,
  type ReceiptReport,
  receiptRecord,
  type SignedReceipt,
  signedCheckpoints,
  type VerifiedChain,
  verifyChain,
} from '@weft/model';
import type { Store } from '@weft/store';
import { isSignedBy, keyFingerprint, newPrivateKey, type Signer, signerOf } from '@weft/telemetry';
import { FACTS, request } from '../support/cluster.ts';

/** A receipt of an apply between two revisions. */
export function report(id: string, fromRevision: number, toRevision: number, input = 'add table ip weft'): ReceiptReport {
  return {
    id: makeId('receipt', id),
    fromRevision,
    toRevision,
    cause: 'change',
    backend: 'nftables',
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 0.1 + 0.2,
    outcome: 'applied',
    message: '',
    configHash: 'abc',
    rulesHash: null,
    leftOut: [],
    readBack: null,
    steps: [{ argv: ['nft', '-f', '-'], input, truncated: false, exitCode: 0, durationMs: 1e-7, stderr: '' }],
  };
}

/** A receipt as the node of that key sends it. */
export function signed(said: ReceiptReport, { publicKey, sign }: Signer): SignedReceipt {
  return { ...said, signature: { key: keyFingerprint(publicKey), value: sign(canonicalJson(receiptRecord(said))) } };
}

const hex = () => randomBytes(32).toString('hex');
let hosts = 0;

/** A node that joined with a key of its own, and has a session. */
export async function joinedNode(store: Store, name: string) {
  const signer = signerOf(newPrivateKey());
  const tokenSha256 = hex();
  await store.joining.tokens.create(
    request(),
    { nodeName: name, addressCidr: null, requireApproval: false, expiresInSeconds: 3600 },
    tokenSha256,
  );
  hosts += 1;
  const facts = { ...FACTS, address: `192.0.2.${hosts}/24` };
  const credential = { sha256: hex(), redisSha256: hex(), lifetimeSeconds: 3600, receiptKey: signer.publicKey };
  const joining = { tokenSha256, nodeName: name, from: '192.0.2.1' };
  const { node } = (await store.joining.join(request({ operation: 'nodeJoin' }), joining, facts, credential)).object;
  const { session } = (await store.agent.openSession(request(), node.id, facts)).object;
  const standing = { session, epoch: 'e', appliedRevision: 0, frozen: false, configHash: null, failure: null, pods: [] };
  return {
    id: node.id,
    signer,
    send: (...receipts: SignedReceipt[]) => store.agent.report(request(), node.id, { ...standing, receipts }),
  };
}

/** Seals until nothing is left. */
export async function sealAll(store: Store): Promise<void> {
  while ((await store.sealing.seal()) > 0);
}

/** How long texts of receipts are kept. */
export const TEXT_SECONDS = 90 * 86_400;

/** What a verifier says of everything, with these checkpoints as anchors. */
export async function verify(
  store: Store,
  anchors: readonly Checkpoint[],
  textSeconds = TEXT_SECONDS,
): Promise<{ readonly findings: Findings; readonly chains: Record<ChainName, VerifiedChain> }> {
  const findings = new Findings();
  const keys = new ReceiptKeys(isSignedBy);
  const checkpoints = signedCheckpoints(anchors, isSignedBy, findings);
  const changes = await verifyChain('changes', store.sealing.lines('changes', textSeconds), { checkpoints, keys }, findings);
  const receipts = await verifyChain(
    'receipts',
    store.sealing.lines('receipts', textSeconds),
    { checkpoints, keys, revision: changes.revision },
    findings,
  );
  return { findings, chains: { changes, receipts } };
}
