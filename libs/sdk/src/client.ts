import createFetchClient, { type Client } from 'openapi-fetch';
import { apiErrorOf, ConnectionError } from './errors.ts';
import type { paths } from './schema.ts';

/** How to reach the API. */
export interface ClientOptions {
  /** Base address, such as `http://127.0.0.1:7070`. */
  readonly url: string;
  /** Bearer token of a user or a node. */
  readonly token: string;
  /** Sent with every request, such as `{ 'X-Request-Id': … }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What requests are made with; the platform's `fetch` unless told. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/**
 * `client.GET('/services', …)`, typed by the JSON answers of the OpenAPI document; `watch` is for streams. Every method throws ApiError or
 * ConnectionError instead of returning an error.
 */
export type WeftClient = Client<paths, 'application/json'> & { readonly options: ClientOptions };

/** Makes a client. Nothing is sent yet. */
export function createClient(options: ClientOptions): WeftClient {
  const client = createFetchClient<paths, 'application/json'>({
    baseUrl: options.url,
    headers: { ...options.headers, Authorization: `Bearer ${options.token}` },
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  client.use({
    onRequest({ request }) {
      if (request.method === 'PATCH') request.headers.set('Content-Type', 'application/merge-patch+json');
      return request;
    },
    async onResponse({ response }) {
      if (!response.ok) throw await apiErrorOf(response);
    },
    onError({ error }) {
      return error instanceof Error && error.name === 'AbortError' ? error : new ConnectionError(options.url, error);
    },
  });
  return Object.assign(client, { options });
}

/** The body of a successful answer: `await dataOf(client.GET('/services'))`. */
export async function dataOf<T>(answer: Promise<{ readonly data?: T; readonly response: Response }>): Promise<T> {
  const { data, response } = await answer;
  if (data === undefined) throw new ConnectionError(response.url, new Error('the answer has no body'));
  return data;
}
