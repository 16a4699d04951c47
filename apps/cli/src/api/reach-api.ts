import { type components, createClient, dataOf } from '@weft/sdk';
import { findAccess } from './connect.ts';

type Schemas = components['schemas'];
export type Reachability = Schemas['Reachability'];
export type ReachabilityQuestion = Schemas['ReachabilityQuestion'];

/** Asks the fleet that is meant what becomes of a connection. Throws the SDK's ApiError when the API refuses, ConnectionError when nobody answers, and as findAccess. */
export async function askReachability(stateOption: string | undefined, body: ReachabilityQuestion): Promise<Reachability> {
  const client = createClient(await findAccess(stateOption));
  return dataOf(client.POST('/reachability', { body }));
}
