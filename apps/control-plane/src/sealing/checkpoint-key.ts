import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { newPrivateKey, type Signer, signerOf } from '@weft/telemetry';
import { StartupError } from '../config.ts';

const GROUP_OR_OTHERS = 0o077;

/** Makes the key when there is none yet. All replicas need the same one. Throws StartupError. */
export function ensureCheckpointKey(path: string): void {
  if (existsSync(path)) return;
  try {
    writeFileSync(path, newPrivateKey(), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new StartupError(`WEFT_CHECKPOINT_KEY_FILE ${path} cannot be made`, { cause: error });
  }
}

/** The key in the file, which only its owner may read. Throws StartupError. */
export function checkpointSigner(path: string): Signer {
  try {
    if ((statSync(path).mode & GROUP_OR_OTHERS) !== 0)
      throw new StartupError(`WEFT_CHECKPOINT_KEY_FILE ${path} may be read by others: chmod 600 it`);
    return signerOf(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof StartupError) throw error;
    const how = 'make one with the command "migrate", or with openssl genpkey -algorithm ed25519';
    throw new StartupError(`WEFT_CHECKPOINT_KEY_FILE ${path} is no private key for Ed25519 in PEM: ${how}`, { cause: error });
  }
}
