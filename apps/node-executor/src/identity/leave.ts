import { errorChain, trustOnly } from '@weft/telemetry';
import { runCleanup } from '../cleanup/run-cleanup.ts';
import type { LocalConfig } from '../config.ts';
import type { Places } from './arguments.ts';
import { CredentialFile } from './credential-file.ts';
import { identityApi } from './identity-api.ts';
import { readSettings, removeSettings } from './settings-file.ts';

type Say = (line: string) => void;

/** Gives the credential back. What cannot be reached, or is not good any more, is no reason to stay. */
async function giveBack(file: CredentialFile, url: string | undefined, say: Say): Promise<void> {
  if (url === undefined) return;
  try {
    await identityApi(url).revoke((await file.read()).token);
    say('the credential is given back; delete the node with DELETE /nodes/{id}');
  } catch (error) {
    say(`the credential could not be given back (${errorChain(error)}): revoke it with DELETE /nodes/{id}/credential`);
  }
}

/** `leave`: undoes `join`. Returns the exit code: 0 when nothing of ours is left. Throws HostLockedError while the executor runs. */
export async function leave(places: Places, local: LocalConfig, say: Say): Promise<number> {
  const file = new CredentialFile(places.credentialFile);
  const { WEFT_URL, WEFT_CA_FILE } = await readSettings(places.settingsFile);
  if (WEFT_CA_FILE !== undefined) trustOnly(WEFT_CA_FILE);
  const code = await runCleanup(local);
  await giveBack(file, WEFT_URL, say);
  await file.remove();
  await removeSettings(places.settingsFile);
  return code;
}
