import { type components, createClient, dataOf, endOf, type When } from '@weft/sdk';
import { UserError } from '../user-error.ts';
import { findAccess } from './connect.ts';

type Schemas = components['schemas'];
export type NodeRuleList = Schemas['NodeRuleList'];
export type NodeRuleDifference = Schemas['NodeRuleDifference'];
export type PastObject = Schemas['PastObject'];
export type ObjectDifference = Schemas['ObjectDifference'];
export type PastKind = PastObject['kind'];
export type Rollback = Schemas['Rollback'];
export type RollbackCreate = Schemas['RollbackCreate'];
export type Plan = Schemas['Plan'];

/** Which rules of a node. */
export interface RuleFilter {
  readonly kind?: Schemas['KernelKind'];
  readonly text?: string;
}

/** Which objects of a kind. */
export interface ObjectFilter {
  readonly namespace?: string;
  readonly name?: string;
  readonly labelSelector?: string;
}

/** From when to when; without `to` it is now. */
export interface Span {
  readonly from: When;
  readonly to: When | undefined;
}

/** What the command line asks about the past. Every call throws the SDK's ApiError when the API refuses, ConnectionError when nobody answers. */
export interface PastApi {
  /** The id of the node that had a name at a moment, or has it now. Throws UserError when there is none. */
  readonly nodeId: (name: string, at: When | undefined) => Promise<string>;
  readonly rules: (nodeId: string, at: When | undefined, filter: RuleFilter) => AsyncGenerator<NodeRuleList>;
  readonly compareRules: (nodeId: string, span: Span, filter: RuleFilter) => AsyncGenerator<NodeRuleDifference>;
  readonly objects: (kind: PastKind, at: When | undefined, filter: ObjectFilter) => AsyncGenerator<{ readonly items: PastObject[] }>;
  readonly compareObjects: (kind: PastKind, span: Span, filter: ObjectFilter) => AsyncGenerator<{ readonly items: ObjectDifference[] }>;
  readonly roll: (order: RollbackCreate) => Promise<Rollback>;
  readonly planRoll: (order: RollbackCreate) => Promise<Plan>;
}

/** Pages of a list, one after the other. */
async function* pages<P extends { readonly nextCursor: string | null }>(
  read: (cursor: { readonly cursor?: string }) => Promise<P>,
): AsyncGenerator<P> {
  for (let cursor: string | undefined | null; cursor !== null; ) {
    const page: P = await read(cursor === undefined ? {} : { cursor });
    yield page;
    cursor = page.nextCursor;
  }
}

const spanOf = ({ from, to }: Span) => ({ from: endOf(from), ...(to === undefined ? {} : { to: endOf(to) }) });

/** The past of the fleet that is meant. Throws as findAccess. */
export async function pastApi(stateOption: string | undefined): Promise<PastApi> {
  const client = createClient(await findAccess(stateOption));
  const limit = 1000;
  const node = (nodeId: string) => ({ id: nodeId });
  return {
    async nodeId(name, at) {
      for (const moment of [at ?? {}, {}]) {
        const { items } = await dataOf(client.GET('/objects', { params: { query: { kind: 'node', name, ...moment } } }));
        if (items[0] !== undefined) return items[0].id;
      }
      throw new UserError(`there is no node ${name}`);
    },
    rules: (nodeId, at, filter) =>
      pages((cursor) =>
        dataOf(client.GET('/nodes/{id}/rules', { params: { path: node(nodeId), query: { limit, ...cursor, ...at, ...filter } } })),
      ),
    compareRules: (nodeId, span, filter) =>
      pages((cursor) =>
        dataOf(
          client.GET('/nodes/{id}/rules/difference', {
            params: { path: node(nodeId), query: { limit, ...cursor, ...spanOf(span), ...filter } },
          }),
        ),
      ),
    objects: (kind, at, filter) =>
      pages((cursor) => dataOf(client.GET('/objects', { params: { query: { kind, limit, ...cursor, ...at, ...filter } } }))),
    compareObjects: (kind, span, filter) =>
      pages((cursor) =>
        dataOf(client.GET('/objects/difference', { params: { query: { kind, limit, ...cursor, ...spanOf(span), ...filter } } })),
      ),
    roll: async (body) => (await dataOf(client.POST('/rollbacks', { body }))) as Rollback,
    // What it would do comes in the place of what it did.
    planRoll: async (body) => (await dataOf<unknown>(client.POST('/rollbacks', { body, params: { query: { dryRun: 'plan' } } }))) as Plan,
  };
}
