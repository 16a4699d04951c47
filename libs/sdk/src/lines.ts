import type { WeftClient } from './client.ts';
import { apiErrorOf, ConnectionError } from './errors.ts';
import { linesOf } from './event-lines.ts';
import type { components } from './schema.ts';

/** What each path that answers with one object a line sends. */
export interface Lines {
  '/audit-events/export': components['schemas']['AuditEvent'];
  '/receipts/export': components['schemas']['Receipt'];
  '/audit-chains/changes': components['schemas']['ChainLine'];
  '/audit-chains/receipts': components['schemas']['ChainLine'];
}

async function answerOf({ options }: WeftClient, path: string, query: Readonly<Record<string, string>>): Promise<AsyncIterable<string>> {
  const { url, token, headers, fetch = globalThis.fetch } = options;
  const request = new Request(`${url}${path}?${new URLSearchParams(query)}`, { headers: { ...headers, Authorization: `Bearer ${token}` } });
  const response = await fetch(request).catch((cause: unknown) => {
    throw new ConnectionError(url, cause);
  });
  if (!response.ok || response.body === null) throw await apiErrorOf(response);
  return response.body.pipeThrough(new TextDecoderStream());
}

/** Every object of an answer that has one a line, as it comes in; nothing is held. Throws ApiError, and ConnectionError when the answer breaks off. */
export async function* lines<P extends keyof Lines>(
  client: WeftClient,
  path: P,
  query: Readonly<Record<string, string>> = {},
): AsyncGenerator<Lines[P]> {
  const answer = await answerOf(client, path, query);
  try {
    for await (const line of linesOf(answer)) yield JSON.parse(line) as Lines[P];
  } catch (error) {
    throw error instanceof TypeError ? new ConnectionError(client.options.url, error) : error;
  }
}
