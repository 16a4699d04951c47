import { type components, createClient, dataOf } from '@weft/sdk';
import { findAccess } from './connect.ts';

type Schemas = components['schemas'];
export type Trace = Schemas['Trace'];
export type TraceCreate = Schemas['TraceCreate'];

/** What the command line asks about traces. Every call throws the SDK's ApiError when the API refuses, ConnectionError when nobody answers. */
export interface TraceApi {
  readonly begin: (wanted: TraceCreate) => Promise<Trace>;
  readonly view: (id: string) => Promise<Trace>;
}

/** The traces of the fleet that is meant. Throws as findAccess. */
export async function traceApi(stateOption: string | undefined): Promise<TraceApi> {
  const client = createClient(await findAccess(stateOption));
  return {
    begin: (body) => dataOf(client.POST('/traces', { body })),
    view: (id) => dataOf(client.GET('/traces/{id}', { params: { path: { id } } })),
  };
}
