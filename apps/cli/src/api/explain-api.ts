import { type components, createClient, dataOf } from '@weft/sdk';
import type { OwnerName } from '../explain/names.ts';
import { UserError } from '../user-error.ts';
import { findAccess } from './connect.ts';

type Schemas = components['schemas'];
export type Explanation = Schemas['Explanation'];
export type NodeDataplane = Schemas['NodeDataplane'];
export type ServiceDataplane = Schemas['ServiceDataplane'];

/** What of a node's kernel is shown. */
export interface BlameQuery {
  readonly kind?: Explanation['kind'];
  /** Id of an object. */
  readonly owner?: string;
  readonly text?: string;
  readonly foreign?: boolean;
}

/** What explaining asks of the API. Every call throws the SDK's ApiError when the API refuses, ConnectionError when nobody answers. */
export interface ExplainApi {
  /** The id of an object. Throws UserError when there is none of the name. */
  readonly idOf: (owner: OwnerName) => Promise<string>;
  /** What is in the kernel of a node, page by page. */
  readonly dataplane: (nodeId: string, query: BlameQuery) => AsyncGenerator<NodeDataplane>;
  readonly explain: (nodeId: string, text: string) => Promise<NodeDataplane>;
  /** What a service has on the nodes, page by page. */
  readonly service: (serviceId: string) => AsyncGenerator<ServiceDataplane>;
}

/** Pages of a list, one after the other. */
async function* pages<P extends { readonly nextCursor: string | null }>(
  read: (cursor: string | undefined) => Promise<P>,
): AsyncGenerator<P> {
  for (let cursor: string | undefined | null; cursor !== null; ) {
    const page = await read(cursor);
    yield page;
    cursor = page.nextCursor;
  }
}

/** The fleet that is meant. Throws as findAccess. */
export async function explainApi(stateOption: string | undefined): Promise<ExplainApi> {
  const client = createClient(await findAccess(stateOption));
  const limit = 1000;
  const list = (owner: Exclude<OwnerName, { readonly kind: 'cluster' }>) => {
    const { kind, ...query } = owner;
    if (kind === 'service') return dataOf(client.GET('/services', { params: { query } }));
    if (kind === 'pod') return dataOf(client.GET('/pods', { params: { query } }));
    return dataOf(client.GET('/nodes', { params: { query } }));
  };
  return {
    async idOf(owner) {
      if (owner.kind === 'cluster') return 'cluster';
      const [found] = (await list(owner)).items;
      if (found === undefined) throw new UserError(`there is no ${owner.kind} ${owner.name}`);
      return found.id;
    },
    dataplane: (id, query) =>
      pages((cursor) => dataOf(client.GET('/nodes/{id}/dataplane', { params: { path: { id }, query: { limit, cursor, ...query } } }))),
    explain: (id, text) => dataOf(client.POST('/nodes/{id}/explain', { params: { path: { id } }, body: { text } })),
    service: (id) => pages((cursor) => dataOf(client.GET('/services/{id}/dataplane', { params: { path: { id }, query: { cursor } } }))),
  };
}
