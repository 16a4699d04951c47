import { applyOf, type components, createClient, type Document, dataOf, planOf } from '@weft/sdk';
import { findAccess } from './connect.ts';

type Schemas = components['schemas'];
export type Plan = Schemas['Plan'];
export type Applied = Schemas['Applied'];
export type RemovedObject = Schemas['RemovedObject'];

/** What is asked for: objects as documents say, and objects that go in the same transaction. */
export interface Wanted {
  readonly documents: readonly Document[];
  readonly removed: readonly RemovedObject[];
}

/** What the command line asks about documents. Every call throws the SDK's ApiError when the API refuses, ConnectionError when nobody answers. */
export interface ApplyApi {
  /** What it would do. */
  readonly plan: (wanted: Wanted) => Promise<Plan>;
  /** Does it as the plan says; with seconds to wait for the nodes. */
  readonly apply: (wanted: Wanted, planToken: string, waitSeconds: number | null) => Promise<Applied>;
}

/** The fleet that is meant, as far as documents go. */
export async function applyApi(stateOption: string | undefined): Promise<ApplyApi> {
  const client = createClient(await findAccess(stateOption));
  return {
    plan: ({ documents, removed }) =>
      planOf(client.POST('/applies', { params: { query: { dryRun: 'plan' } }, body: applyOf(documents, removed) })),
    apply: ({ documents, removed }, planToken, waitSeconds) => {
      const header = waitSeconds === null ? {} : { Prefer: `wait=${waitSeconds}` };
      return dataOf(client.POST('/applies', { params: { query: { planToken }, header }, body: applyOf(documents, removed) }));
    },
  };
}
