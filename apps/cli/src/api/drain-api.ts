import { type components, createClient, dataOf, list } from '@weft/sdk';
import { UserError } from '../user-error.ts';
import { collected } from './collected.ts';
import { findAccess } from './connect.ts';

type Schemas = components['schemas'];
export type Node = Schemas['Node'];
export type NodeDrain = Schemas['NodeDrain'];

/** What the command line asks about taking nodes out and back. Every call throws the SDK's ApiError when the API refuses, ConnectionError when nobody answers. */
export interface DrainApi {
  /** Throws UserError when no node has the name. */
  readonly node: (name: string) => Promise<Node>;
  readonly view: (id: string) => Promise<Node>;
  readonly drain: (id: string, how: NodeDrain) => Promise<Node>;
  readonly cordon: (id: string, cordoned: boolean) => Promise<Node>;
}

/** Whatever is there: one field is changed, whatever the others are. */
const header = { 'If-Match': '*' };

/** The nodes of the fleet that is meant. */
export async function drainApi(stateOption: string | undefined): Promise<DrainApi> {
  const client = createClient(await findAccess(stateOption));
  return {
    node: async (name) => {
      const [node] = await collected(list(client, '/nodes', { query: { name } }));
      if (node === undefined) throw new UserError(`there is no node ${name}: weft get nodes lists them`);
      return node;
    },
    view: (id) => dataOf(client.GET('/nodes/{id}', { params: { path: { id } } })),
    drain: (id, body) => dataOf(client.POST('/nodes/{id}/drain', { params: { path: { id } }, body })),
    cordon: (id, cordoned) => dataOf(client.PATCH('/nodes/{id}', { params: { path: { id }, header }, body: { cordoned } })),
  };
}
