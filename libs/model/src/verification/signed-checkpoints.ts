import { type Checkpoint, checkpointText } from '../resources/checkpoint.ts';
import type { Findings } from './finding.ts';
import type { SignatureCheck } from './receipt-keys.ts';

/** Those checkpoints whose signature matches; the others are findings. Whether to trust the keys is for whoever asks. */
export function signedCheckpoints(checkpoints: readonly Checkpoint[], isSignedBy: SignatureCheck, findings: Findings): Checkpoint[] {
  return checkpoints.filter((checkpoint) => {
    const { id, publicKey, signature } = checkpoint;
    if (isSignedBy(publicKey, checkpointText(checkpoint), signature)) return true;
    findings.add({ kind: 'CheckpointRefused', chain: null, seq: null, about: id, message: `its signature is not by ${publicKey}` });
    return false;
  });
}
