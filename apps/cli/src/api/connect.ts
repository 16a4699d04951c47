import { readFile } from 'node:fs/promises';
import type { ClientOptions } from '@weft/sdk';
import { chosenContext } from '../context/contexts.ts';
import { stateDirectory, statePaths } from '../state/paths.ts';
import { readRun } from '../state/run-record.ts';
import { UserError } from '../user-error.ts';
import { type FleetApi, fleetApi } from './fleet-api.ts';
import { SENDING } from './sending.ts';

/** Where the API is, who asks, and how: a client is made of it. */
export type Access = Required<Pick<ClientOptions, 'url' | 'token' | 'fetch' | 'onTurn'>>;

/** What is reached over TLS from now on is certified by the authorities of this file. Throws TrustError. */
async function trust(caFile: string | undefined): Promise<void> {
  if (caFile) (await import('@weft/telemetry')).trustOnly(caFile);
}

/** Without a slash at its end. */
const bare = (url: string) => url.replace(/\/+$/, '');

/** Access to the local fleet in a state directory. */
async function localAccess(directory: string): Promise<Access> {
  const paths = statePaths(directory);
  try {
    const run = await readRun(paths);
    if (run === null)
      throw new UserError(
        `nothing runs in ${paths.directory}: start it with ./weft up --lab 3 --detach, or name another fleet with weft context add`,
      );
    return { url: run.url, token: (await readFile(paths.adminToken, 'utf8')).trim(), ...SENDING };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES')
      throw new UserError(`${paths.directory} belongs to another user: run this as its owner, or set WEFT_URL and WEFT_TOKEN`, {
        cause: error,
      });
    throw error;
  }
}

/**
 * Access to the fleet that is meant. In this order: the state directory of `--state`; the context of `--context` or WEFT_CONTEXT; WEFT_URL with
 * WEFT_TOKEN; the state directory WEFT_STATE; the current context; the default state directory. Whatever is reached over TLS from then on is certified
 * by the authorities in WEFT_CA_FILE, or in the file that the context names.
 *
 * @throws UserError when nothing runs there, or its token may not be read; TrustError
 */
export async function findAccess(stateOption: string | undefined, env: NodeJS.ProcessEnv = process.env): Promise<Access> {
  const { WEFT_URL: url, WEFT_TOKEN: token, WEFT_CA_FILE: caFile } = env;
  if (stateOption !== undefined) {
    await trust(caFile);
    return localAccess(stateDirectory(stateOption, env));
  }
  const context = await chosenContext(env);
  await trust(context?.caFile ?? caFile);
  if (context !== null) return { url: bare(context.url), token: context.token, ...SENDING };
  if (url && token) return { url: bare(url), token, ...SENDING };
  return localAccess(stateDirectory(undefined, env));
}

/** The API of the fleet that is meant. Throws as findAccess. */
export async function connect(stateOption: string | undefined): Promise<FleetApi> {
  const { url, token } = await findAccess(stateOption);
  return fleetApi(url, token);
}
