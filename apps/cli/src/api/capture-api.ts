import { type Captured, createClient, type operations } from '@weft/sdk';
import { UserError } from '../user-error.ts';
import { findAccess } from './connect.ts';
import { type FleetApi, fleetApi } from './fleet-api.ts';

/** Which packets, and the most of them; what is left out is as the API has it. */
export type CaptureTerms = NonNullable<operations['serviceCapture']['parameters']['query']>;

/** Throws UserError when there is none. */
async function idOf(api: FleetApi, { kind, namespace, name }: Captured): Promise<string> {
  const lists = {
    pod: () => api.pods({ namespace, name }),
    node: async () => (await api.nodes()).filter((node) => node.name === name),
    service: async () => (await api.services()).filter((service) => service.namespace === namespace && service.name === name),
  };
  const [found] = await lists[kind]();
  if (found === undefined) throw new UserError(`there is no ${kind} ${kind === 'node' ? name : `${namespace}/${name}`}`);
  return found.id;
}

/**
 * Captures packets of the fleet that is meant: a pcap stream, which ends at the caps or when the signal is aborted. Throws UserError when there is nobody of that
 * name, the SDK's ApiError when the API refuses, ConnectionError when nobody answers, and as findAccess.
 */
export async function capture(
  stateOption: string | undefined,
  what: Captured,
  terms: CaptureTerms,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const { url, token } = await findAccess(stateOption);
  const id = await idOf(fleetApi(url, token), what);
  const client = createClient({ url, token });
  const asked = { params: { path: { id }, query: terms }, parseAs: 'stream', signal } as const;
  const { response } = await {
    pod: () => client.GET('/pods/{id}/capture', asked),
    node: () => client.GET('/nodes/{id}/capture', asked),
    service: () => client.GET('/services/{id}/capture', asked),
  }[what.kind]();
  if (response.body === null) throw new Error('a capture without a body');
  return response.body;
}
