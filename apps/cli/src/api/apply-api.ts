import { type components, createClient, dataOf, planOf } from '@weft/sdk';
import type { Document } from '../documents/read-documents.ts';
import { findAccess } from './connect.ts';

type Schemas = components['schemas'];
export type Plan = Schemas['Plan'];
export type Applied = Schemas['Applied'];

/** What the command line asks about documents. Every call throws the SDK's ApiError when the API refuses, ConnectionError when nobody answers. */
export interface ApplyApi {
  /** What applying them would do. */
  readonly plan: (documents: readonly Document[]) => Promise<Plan>;
  /** Applies them as the plan says; with seconds to wait for the nodes. */
  readonly apply: (documents: readonly Document[], planToken: string, waitSeconds: number | null) => Promise<Applied>;
}

/** Whether they are what they should be is for the API to say. */
const bodyOf = (documents: readonly Document[]) => ({ documents: documents as unknown as Schemas['Apply']['documents'] });

/** The fleet that is meant, as far as documents go. */
export async function applyApi(stateOption: string | undefined): Promise<ApplyApi> {
  const client = createClient(await findAccess(stateOption));
  return {
    plan: (documents) => planOf(client.POST('/applies', { params: { query: { dryRun: 'plan' } }, body: bodyOf(documents) })),
    apply: (documents, planToken, waitSeconds) => {
      const header = waitSeconds === null ? {} : { Prefer: `wait=${waitSeconds}` };
      return dataOf(client.POST('/applies', { params: { query: { planToken }, header }, body: bodyOf(documents) }));
    },
  };
}
