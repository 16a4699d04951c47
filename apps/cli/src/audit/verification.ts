import { type Checkpoint, Findings, ReceiptKeys, signedCheckpoints, type VerifiedChain, verifyChain } from '@weft/model';
import { isSignedBy } from '@weft/telemetry';
import type { AuditApi } from '../api/audit-api.ts';

/** What a verification asks for. */
type Source = Pick<AuditApi, 'chain' | 'checkpoints'>;

/** What records are held against beside themselves. */
export interface Anchors {
  /** Checkpoints that were kept elsewhere. */
  readonly checkpoints: readonly Checkpoint[];
  /** Public keys to trust beside those of these checkpoints. */
  readonly publicKeys: readonly string[];
}

/** What came of a verification. */
export interface Verification {
  readonly findings: Findings;
  readonly chains: { readonly changes: VerifiedChain; readonly receipts: VerifiedChain };
  /** What whoever reads it should know about how far it goes. */
  readonly notes: readonly string[];
}

const UNANCHORED =
  'no checkpoint from elsewhere was given: whoever has the database and the key of the control plane could have written everything anew. Make one with weft audit checkpoint > file, and keep it elsewhere';

/** Number of the last link of receipts now. */
async function receiptsNow(api: Source): Promise<number> {
  for await (const line of api.chain('receipts')) if (line.type === 'START') return line.seq;
  return 0;
}

function notesOn(anchors: Anchors, kept: readonly Checkpoint[], unused: number): string[] {
  const restored = anchors.checkpoints.find(({ epoch }) => kept[0] !== undefined && kept[0].epoch !== epoch);
  return [
    ...(anchors.checkpoints.length === 0 ? [UNANCHORED] : []),
    ...(unused > 0 ? [`${unused} checkpoints that are kept here are signed with keys that nobody said to trust, and were not used`] : []),
    ...(restored === undefined
      ? []
      : [`the database was restored from a dump after ${restored.id}: what was recorded after the dump is gone`]),
  ];
}

/**
 * Computes both chains anew from all that was recorded and holds them against checkpoints: those given, and those kept here that are signed with a trusted key. Memory does not
 * grow with what was recorded. Throws as AuditApi.
 */
export async function verifyRecords(api: Source, anchors: Anchors): Promise<Verification> {
  const findings = new Findings();
  const keys = new ReceiptKeys(isSignedBy);
  const kept = await api.checkpoints();
  const trusted = new Set([...anchors.publicKeys, ...anchors.checkpoints.map(({ publicKey }) => publicKey)]);
  const given = new Set(anchors.checkpoints.map(({ signature }) => signature));
  const others = kept.filter(({ signature }) => !given.has(signature));
  const usable = trusted.size === 0 ? others : others.filter(({ publicKey }) => trusted.has(publicKey));
  const checkpoints = signedCheckpoints([...anchors.checkpoints, ...usable], isSignedBy, findings);
  // Before the changes are read: every key that vouches for a receipt up to here is among them.
  const upTo = await receiptsNow(api);
  const changes = await verifyChain('changes', api.chain('changes'), { checkpoints, keys }, findings);
  const receipts = await verifyChain('receipts', api.chain('receipts'), { checkpoints, keys, upTo, revision: changes.revision }, findings);
  return { findings, chains: { changes, receipts }, notes: notesOn(anchors, kept, others.length - usable.length) };
}
