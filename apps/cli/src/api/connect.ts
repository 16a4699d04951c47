import { readFile } from 'node:fs/promises';
import { trustOnly } from '@weft/telemetry';
import { stateDirectory, statePaths } from '../state/paths.ts';
import { readRun } from '../state/run-record.ts';
import { UserError } from '../user-error.ts';
import { type FleetApi, fleetApi } from './fleet-api.ts';
import { patientFetch } from './patient-fetch.ts';

/** Where the API is, who asks, and how: a client is made of it. */
export interface Access {
  readonly url: string;
  readonly token: string;
  readonly fetch: typeof patientFetch;
}

/**
 * Access to the fleet that is meant; whatever is reached over TLS from now on is certified by the authorities in WEFT_CA_FILE when that is set. The fleet is the one in the state directory when that was asked for by option, else the one that WEFT_URL and
 * WEFT_TOKEN name, else the one in the default state directory.
 *
 * @throws UserError when nothing runs there, or its token may not be read; TrustError
 */
export async function findAccess(stateOption: string | undefined, env: NodeJS.ProcessEnv = process.env): Promise<Access> {
  const { WEFT_URL: url, WEFT_TOKEN: token, WEFT_CA_FILE: caFile } = env;
  if (caFile) trustOnly(caFile);
  if (stateOption === undefined && url && token) return { url: url.replace(/\/+$/, ''), token, fetch: patientFetch };
  const paths = statePaths(stateDirectory(stateOption, env));
  try {
    const run = await readRun(paths);
    if (run === null) throw new UserError(`nothing runs in ${paths.directory}: start it with ./weft up --lab 3 --detach`);
    return { url: run.url, token: (await readFile(paths.adminToken, 'utf8')).trim(), fetch: patientFetch };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES')
      throw new UserError(`${paths.directory} belongs to another user: run this as its owner, or set WEFT_URL and WEFT_TOKEN`, {
        cause: error,
      });
    throw error;
  }
}

/** The API of the fleet that is meant. Throws as findAccess. */
export async function connect(stateOption: string | undefined): Promise<FleetApi> {
  const { url, token } = await findAccess(stateOption);
  return fleetApi(url, token);
}
