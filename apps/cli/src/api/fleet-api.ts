import { type components, createClient, dataOf, list, type WeftClient } from '@weft/sdk';
import { collected } from './collected.ts';
import { SENDING } from './sending.ts';

type Schemas = components['schemas'];
export type Node = Schemas['Node'];
export type Pod = Schemas['Pod'];
export type Service = Schemas['Service'];

/** What the command line asks of the API. Every call throws the SDK's ApiError when the API refuses, ConnectionError when nobody answers. */
export interface FleetApi {
  readonly nodes: () => Promise<Node[]>;
  readonly createNode: (node: Schemas['NodeCreate']) => Promise<Node>;
  readonly updateNode: (id: string, patch: Schemas['NodeUpdate']) => Promise<Node>;
  /** Lets one host join under this name; the text of the join token. */
  readonly createJoinToken: (nodeName: string) => Promise<string>;
  readonly revokeCredential: (id: string) => Promise<void>;
  readonly services: () => Promise<Service[]>;
  readonly pods: (filter?: { readonly namespace?: string; readonly name?: string }) => Promise<Pod[]>;
  readonly setOverlay: (overlay: Schemas['Overlay']) => Promise<void>;
}

/** Objects in one answer, the most that the API gives. */
const limit = 1000;

/** A local host joins at once; a token that it turned out not to need is soon worth nothing. */
const JOIN_WITHIN_SECONDS = 60;

/** Whatever is there: what the local fleet sets up is ours to overwrite. */
const header = { 'If-Match': '*' };

/** The API at this address, with this bearer token. */
export function fleetApi(url: string, token: string): FleetApi {
  const client: WeftClient = createClient({ url, token, ...SENDING });
  return {
    nodes: () => collected(list(client, '/nodes', { query: { limit } })),
    createNode: (node) => dataOf(client.POST('/nodes', { body: node })),
    updateNode: (id, body) => dataOf(client.PATCH('/nodes/{id}', { params: { path: { id }, header }, body })),
    createJoinToken: async (nodeName) =>
      (await dataOf(client.POST('/join-tokens', { body: { nodeName, expiresInSeconds: JOIN_WITHIN_SECONDS } }))).token,
    revokeCredential: async (id) => {
      await client.DELETE('/nodes/{id}/credential', { params: { path: { id } } });
    },
    services: () => collected(list(client, '/services', { query: { limit } })),
    pods: (filter) => collected(list(client, '/pods', { query: { limit, ...filter } })),
    setOverlay: async (overlay) => {
      await dataOf(client.PATCH('/cluster', { params: { header }, body: { overlay } }));
    },
  };
}
