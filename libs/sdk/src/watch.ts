import type { WeftClient } from './client.ts';
import { ApiError, apiErrorOf, ConnectionError } from './errors.ts';
import { eventsOf } from './event-lines.ts';
import type { components } from './schema.ts';

/** What each watchable path sends. */
export interface WatchEvents {
  '/namespaces': components['schemas']['NamespaceEvent'];
  '/nodes': components['schemas']['NodeEvent'];
  '/pods': components['schemas']['PodEvent'];
  '/services': components['schemas']['ServiceEvent'];
  '/endpoints': components['schemas']['EndpointEvent'];
  '/rollouts': components['schemas']['RolloutEvent'];
  '/drift-events': components['schemas']['DriftEventEvent'];
}

export interface WatchOptions {
  /** Filters of the list, such as `{ namespace: 'shop', labelSelector: 'app=web' }`. */
  readonly query?: Readonly<Record<string, string>>;
  /** Go on after this position, `<epoch>.<revision>`, instead of starting with a list. */
  readonly since?: string;
  /** Ends the watch. */
  readonly signal?: AbortSignal;
  /** How long, in ms, a watch that has begun looks for an API that is gone or cannot answer, before it throws; 0 unless told. */
  readonly patienceMs?: number;
}

/** An event with the position to resume after, once there is one. */
export type Positioned<E> = E & { readonly position: string | null };

/** A server that ends a watch at once is not asked again faster than this, in ms. */
const RECONNECT_MS = 100;

const pause = () => new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));

/** Throws TypeError for an address or a token that no request can have. */
function requestOf(
  { options: { url, token, headers } }: WeftClient,
  path: string,
  options: WatchOptions,
  position: string | null,
): Request {
  const query = new URLSearchParams({ ...options.query, watch: 'true' });
  return new Request(`${url}${path}?${query}`, {
    headers: {
      ...headers,
      Authorization: `Bearer ${token}`,
      Accept: 'text/event-stream',
      ...(position === null ? {} : { 'Last-Event-ID': position }),
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

async function connect(client: WeftClient, request: Request, signal: AbortSignal | undefined): Promise<AsyncIterable<string>> {
  const { url, fetch = globalThis.fetch } = client.options;
  const response = await fetch(request).catch((cause: unknown) => {
    throw request.signal.aborted ? cause : new ConnectionError(url, cause);
  });
  if (!response.ok || response.body === null) throw await apiErrorOf(response);
  // Node's fetch holds a request weakly: once that has been collected as garbage, its signal no longer reaches the body.
  return response.body.pipeThrough(new TextDecoderStream(), signal === undefined ? {} : { signal });
}

/**
 * Every change to the objects of a list, for ever: first each object as ADDED, then a BOOKMARK with `synced: true`, then what happens.
 * A connection that ends is resumed where it was; one that cannot be made again, for as long as `patienceMs` says, throws ConnectionError. ApiError with code
 * `Expired` means that the position is too old: start a new watch. A watch whose list was cut off before it was `synced` starts with every object anew.
 * Throws TypeError for an address or a token that no request can have. Ends quietly when the signal is aborted.
 */
export async function* watch<P extends keyof WatchEvents>(
  client: WeftClient,
  path: P,
  options: WatchOptions = {},
): AsyncGenerator<Positioned<WatchEvents[P]>> {
  let position = options.since ?? null;
  let begun = false;
  let lostAt: number | null = null;
  const maySoonAnswer = (error: unknown) => error instanceof ConnectionError || (error instanceof ApiError && error.status === 503);
  while (!options.signal?.aborted) {
    const request = requestOf(client, path, options, position);
    try {
      const stream = await connect(client, request, options.signal);
      begun = true;
      lostAt = null;
      for await (const { id, data } of eventsOf(stream)) {
        position = id === '' ? position : id;
        yield { ...JSON.parse(data), position };
      }
    } catch (error) {
      if (options.signal?.aborted) return;
      const patient = begun && performance.now() - (lostAt ?? performance.now()) < (options.patienceMs ?? 0);
      // A stream that broke in the middle is a TypeError of fetch; everything else is for the caller.
      if (!(error instanceof TypeError) && !(patient && maySoonAnswer(error))) throw error;
    }
    lostAt ??= performance.now();
    if (!options.signal?.aborted) await pause();
  }
}
