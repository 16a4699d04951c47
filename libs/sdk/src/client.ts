import createFetchClient, { type Client } from 'openapi-fetch';
import { apiErrorOf, ConnectionError } from './errors.ts';
import { addKey } from './idempotency.ts';
import { retrying, type Send } from './retries.ts';
import type { components, paths } from './schema.ts';
import { takingTurns } from './turns.ts';

/** How to reach the API. */
export interface ClientOptions {
  /** Base address, such as `http://127.0.0.1:7070`. */
  readonly url: string;
  /** Bearer token of a user or a node. */
  readonly token: string;
  /** Sent with every request, such as `{ 'X-Request-Id': … }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What requests are made with; the platform's `fetch` unless told. */
  readonly fetch?: Send;
  /**
   * How often a request is sent again that came too fast, found the API unable to answer or got no answer; 0 unless told. Only what may be done twice is
   * repeated when it may have been done: a POST gets an Idempotency-Key for that.
   */
  readonly retries?: number;
  /**
   * Given, a request that came too fast waits as long as the API asks, for a minute at most altogether, and is sent again, without any `retries`; told of
   * each wait, in seconds.
   */
  readonly onTurn?: (seconds: number) => void;
}

/** The type under which plans are answered: what a request would do, in the place of what it did. */
type PlanAnswer = { readonly content: { readonly 'application/vnd.weft.plan+json': unknown } };

/** Answers that are not only plans. */
type Done<Answers> = {
  [Status in keyof Answers as Answers[Status] extends PlanAnswer
    ? Answers[Status] extends { content: { 'application/json': unknown } }
      ? Status
      : never
    : Status]: Answers[Status];
};

/** The paths of the document, with what operations answer when they are not asked for a plan. */
type Paths = {
  [Path in keyof paths]: {
    [Method in keyof paths[Path]]: paths[Path][Method] extends { responses: infer Answers }
      ? Omit<paths[Path][Method], 'responses'> & { responses: Done<Answers> }
      : paths[Path][Method];
  };
};

/**
 * `client.GET('/services', …)`, typed by the JSON answers of the OpenAPI document; `watch` is for streams. Every method throws ApiError or
 * ConnectionError instead of returning an error.
 */
export type WeftClient = Client<Paths, 'application/json'> & { readonly options: ClientOptions };

/** Makes a client. Nothing is sent yet. */
export function createClient(options: ClientOptions): WeftClient {
  const { retries = 0, onTurn, fetch: given = (request: Request) => globalThis.fetch(request) } = options;
  const fetch = onTurn === undefined ? given : takingTurns(given, { onTurn });
  const client = createFetchClient<Paths, 'application/json'>({
    baseUrl: options.url,
    headers: { ...options.headers, Authorization: `Bearer ${options.token}` },
    fetch: retries === 0 ? fetch : retrying(fetch, retries),
  });
  client.use({
    onRequest({ request, schemaPath }) {
      if (retries > 0) addKey(schemaPath, request);
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
  // Watches and exports are sent with the same.
  return Object.assign(client, { options: { ...options, fetch } });
}

/** The body of a successful answer: `await dataOf(client.GET('/services'))`. */
export async function dataOf<T>(answer: Promise<{ readonly data?: T; readonly response: Response }>): Promise<T> {
  const { data, response } = await answer;
  if (data === undefined) throw new ConnectionError(response.url, new Error('the answer has no body'));
  return data;
}

/** The plan that an operation answers which is asked with `dryRun: 'plan'`: `await planOf(client.POST('/services', …))`. */
export async function planOf(
  answer: Promise<{ readonly data?: unknown; readonly response: Response }>,
): Promise<components['schemas']['Plan']> {
  return (await dataOf(answer)) as components['schemas']['Plan'];
}
