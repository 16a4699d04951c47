import {
  CountersReportAnswer,
  LeaseRenewalAnswer,
  NodeDriftReportAnswer,
  NodeReportAnswer,
  ReadDesiredPull,
  readNewer,
  Session,
} from '@weft/model';
import { ApiError, createClient, dataOf, type Problem, type WeftClient } from '@weft/sdk';
import type { z } from 'zod';
import type { Credential } from '../identity/credential.ts';
import { CredentialError } from '../identity/credential-file.ts';
import { type ReceiptKey, signatureOf } from '../identity/receipt-key.ts';
import { type ControlPlane, ControlPlaneError } from './control-plane.ts';

/** Longest wait for one answer; a snapshot of 10,000 services takes well under a second. */
const ANSWER_MS = 15_000;

/** Where the control plane is and how to show who we are: the credential is asked for anew for every request. */
export interface SdkControlPlaneOptions {
  readonly url: string;
  readonly credential: () => Promise<Pick<Credential, 'token' | 'receiptKey'>>;
  /** Aborts what is under way. */
  readonly signal: AbortSignal;
}

const REMOVED_NODE = /^\/nodes\/(node_[0-9a-z]{1,40})$/;

/** The node that a problem says was removed. Nothing less than the whole problem says so: hosts are cleaned on the strength of it. */
function removedNodeOf({ type, status, code, errors }: Problem): string | null {
  if (status !== 410 || code !== 'NodeRemoved' || type !== 'urn:weft:problem:NodeRemoved') return null;
  return REMOVED_NODE.exec(errors[0]?.pointer ?? '')?.[1] ?? null;
}

function asControlPlaneError(error: unknown, url: string): ControlPlaneError {
  if (error instanceof CredentialError) return new ControlPlaneError('NoCredential', error.message, { cause: error });
  if (error instanceof ApiError)
    return new ControlPlaneError(error.code, error.message, { cause: error, removedNode: removedNodeOf(error.problem) });
  // An answer that breaks off in the middle of its JSON.
  if (error instanceof SyntaxError) return new ControlPlaneError('UnreadableAnswer', 'the answer is cut off or not JSON', { cause: error });
  return new ControlPlaneError('Unreachable', `no answer from ${url}`, { cause: error });
}

/** The control plane, which may be a newer one, over its REST API. Answers are checked against the model's schemas before anything is made of them. */
export function sdkControlPlane({ url, credential, signal }: SdkControlPlaneOptions): ControlPlane {
  async function ask<S extends z.ZodType>(
    answer: S,
    request: (
      client: WeftClient,
      signal: AbortSignal,
      receiptKey: ReceiptKey | undefined,
    ) => Promise<{ readonly data?: unknown; readonly response: Response }>,
  ): Promise<z.infer<S>> {
    let body: unknown;
    try {
      const { token, receiptKey } = await credential();
      const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
      body = await dataOf(request(createClient({ url, token }), within, receiptKey));
    } catch (error) {
      throw asControlPlaneError(error, url);
    }
    const parsed = readNewer(answer, body);
    if (parsed.success) return parsed.data;
    throw new ControlPlaneError('UnreadableAnswer', 'the answer is not what the contract says', { cause: parsed.error });
  }

  return {
    openSession: (body) => ask(Session, (client, within) => client.PUT('/node-agent/session', { body, signal: within })),
    pull: (since, atLeast) =>
      ask(ReadDesiredPull, (client, within) =>
        client.GET('/node-agent/desired', {
          params: {
            query: {
              ...(since === null ? {} : { epoch: since.epoch, since: String(since.revision) }),
              ...(atLeast === undefined ? {} : { atLeast: String(atLeast) }),
            },
          },
          signal: within,
        }),
      ),
    report: (report) =>
      ask(NodeReportAnswer, (client, within, receiptKey) => {
        const receipts = report.receipts.map((receipt) => ({ ...receipt, signature: signatureOf(receipt, receiptKey) }));
        return client.PUT('/node-agent/report', { body: { ...report, receipts }, signal: within });
      }),
    renewLease: (body) => ask(LeaseRenewalAnswer, (client, within) => client.PUT('/node-agent/lease', { body, signal: within })),
    drift: (body) => ask(NodeDriftReportAnswer, (client, within) => client.PUT('/node-agent/drift', { body, signal: within })),
    count: (body) => ask(CountersReportAnswer, (client, within) => client.PUT('/node-agent/counters', { body, signal: within })),
  };
}
