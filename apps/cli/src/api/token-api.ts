import { type components, createClient, dataOf, list } from '@weft/sdk';
import { collected } from './collected.ts';
import { findAccess } from './connect.ts';

type Schemas = components['schemas'];
export type Token = Schemas['Token'];
export type Caller = Schemas['Caller'];

/** What the command line asks about tokens. Every call throws the SDK's ApiError when the API refuses, ConnectionError when nobody answers. */
export interface TokenApi {
  readonly create: (wanted: Schemas['TokenCreate']) => Promise<Schemas['IssuedToken']>;
  readonly list: () => Promise<Token[]>;
  readonly revoke: (id: string) => Promise<void>;
  readonly whoami: () => Promise<Caller>;
}

/** Tokens in one answer, the most that the API gives; a fleet has some dozens. */
const limit = 1000;

/** The tokens of the fleet that is meant. */
export async function tokenApi(stateOption: string | undefined): Promise<TokenApi> {
  const client = createClient(await findAccess(stateOption));
  return {
    create: (body) => dataOf(client.POST('/tokens', { body })),
    list: () => collected(list(client, '/tokens', { query: { limit } })),
    revoke: async (id) => {
      await client.DELETE('/tokens/{id}', { params: { path: { id } } });
    },
    whoami: () => dataOf(client.GET('/whoami')),
  };
}
