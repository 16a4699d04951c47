import { JoinOutlook, NodeCredential, NodeIdentity, type NodeJoin, readNewer } from '@weft/model';
import { createClient, dataOf, type WeftClient } from '@weft/sdk';
import type { z } from 'zod';

const ANSWER_MS = 15_000;

/** What a host asks of the control plane about itself. Every method throws the SDK's ApiError or ConnectionError. */
export interface IdentityApi {
  preview(token: string, nodeName: string | undefined): Promise<JoinOutlook>;
  join(join: z.input<typeof NodeJoin>): Promise<NodeCredential>;
  /** Below: with the bearer token of a node. */
  identity(bearer: string): Promise<NodeIdentity>;
  /** `receiptKey`: the public key that the node signs receipts with from now on. */
  rotate(bearer: string, receiptKey: string): Promise<NodeCredential>;
  revoke(bearer: string): Promise<void>;
  /** Milliseconds by which the control plane's clock is ahead of `now`, within a second; null: it does not say. */
  clockAhead(now: () => number): Promise<number | null>;
}

/** A call without a bearer token sends one that is nobody's; the operation looks at none. */
const NOBODY = 'none';

/** What an answer says, also of a newer control plane. Throws ZodError when it is not what the schema says. */
function read<S extends z.ZodType>(schema: S, answer: unknown): z.output<S> {
  const { data, error } = readNewer(schema, answer);
  if (error !== undefined) throw error;
  return data as z.output<S>;
}

/** The control plane at this address. Answers are checked against the model's schemas before anything is made of them. */
export function identityApi(url: string): IdentityApi {
  const client = (token: string): WeftClient => createClient({ url, token });
  const signal = () => AbortSignal.timeout(ANSWER_MS);
  return {
    preview: async (token, nodeName) =>
      read(
        JoinOutlook,
        await dataOf(client(NOBODY).POST('/join/preview', { body: { token, ...(nodeName && { nodeName }) }, signal: signal() })),
      ),
    join: async (body) => read(NodeCredential, await dataOf(client(NOBODY).POST('/join', { body, signal: signal() }))),
    identity: async (bearer) => read(NodeIdentity, await dataOf(client(bearer).GET('/node-agent/identity', { signal: signal() }))),
    rotate: async (bearer, receiptKey) =>
      read(NodeCredential, await dataOf(client(bearer).POST('/node-agent/credential', { body: { receiptKey }, signal: signal() }))),
    async revoke(bearer) {
      await client(bearer).DELETE('/node-agent/credential', { signal: signal() });
    },
    async clockAhead(now) {
      const { response } = await client(NOBODY).GET('/livez', { signal: signal() });
      const theirs = Date.parse(response.headers.get('date') ?? '');
      return Number.isNaN(theirs) ? null : theirs - now();
    },
  };
}
