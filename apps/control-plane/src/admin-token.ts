import { readFileSync, statSync } from 'node:fs';
import { sha256Hex } from '@weft/model';
import { StartupError } from './config.ts';

const GROUP_OR_OTHERS = 0o077;

/** SHA-256 of the token in the file, which only its owner may read. Throws StartupError. */
export function adminTokenHash(path: string): string {
  let text: string;
  try {
    if ((statSync(path).mode & GROUP_OR_OTHERS) !== 0)
      throw new StartupError(`WEFT_ADMIN_TOKEN_FILE ${path} may be read by others: chmod 600 it`);
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`WEFT_ADMIN_TOKEN_FILE ${path} cannot be read`, { cause: error });
  }
  if (!/^[\x21-\x7e]{20,512}$/.test(text))
    throw new StartupError(`WEFT_ADMIN_TOKEN_FILE ${path} must hold a token of 20 to 512 characters`);
  return sha256Hex(text);
}
