import { type Checkpoint, checkpointText } from '../resources/checkpoint.ts';
import type { Findings } from './finding.ts';
import type { SignatureCheck } from './receipt-keys.ts';

/** Those checkpoints that are signed with one of these public keys (null: any); the others are findings. */
export function trustedCheckpoints(
  checkpoints: readonly Checkpoint[],
  publicKeys: readonly string[] | null,
  isSignedBy: SignatureCheck,
  findings: Findings,
): Checkpoint[] {
  return checkpoints.filter((checkpoint) => {
    const { id, publicKey, signature } = checkpoint;
    const signed = isSignedBy(publicKey, checkpointText(checkpoint), signature);
    const trusted = publicKeys === null || publicKeys.includes(publicKey);
    if (signed && trusted) return true;
    const message = signed ? `it is signed with ${publicKey}, which nobody said to trust` : 'its signature does not match';
    findings.add({ kind: 'CheckpointRefused', chain: null, seq: null, about: id, message });
    return false;
  });
}
