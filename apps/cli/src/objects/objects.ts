import {
  ApiError,
  ConnectionError,
  dataOf,
  type ListPath,
  list,
  type Positioned,
  type WatchEvents,
  type WeftClient,
  watch,
} from '@weft/sdk';
import type { AnyObject, Filter, Kind, WatchPath } from '../kinds/kind.ts';
import { UserError } from '../user-error.ts';

/** Objects in one page, the most that the API gives. */
const limit = 1000;

/** How long whoever watches or follows looks for a control plane that is being restarted, in ms. */
export const PATIENCE_MS = 60_000;

/** Whether an API that is gone or cannot answer may soon answer again: an answer may also have broken off in its middle, which fetch calls a TypeError. */
export const maySoonAnswer = (error: unknown): boolean =>
  error instanceof ConnectionError || error instanceof TypeError || (error instanceof ApiError && error.status === 503);

/** An event of a watch, of whatever kind. */
export type ObjectEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: AnyObject }
  | { readonly type: 'BOOKMARK'; readonly revision: number; readonly synced: boolean };

/** How an object is deleted. */
export interface Removal {
  /** Of a pod: seconds that it may take to go. */
  readonly gracePeriodSeconds?: number;
  /** Of a node: also while pods are on it. */
  readonly force?: boolean;
  /** Seconds to wait until the nodes have it. */
  readonly wait?: number;
  /** Only say what it would do. */
  readonly dryRun?: boolean;
}

/** What the client can be asked with a path that is only known when the program runs; the table of kinds holds none but the API's own. */
interface AnyPath {
  GET(path: string, init: object): Promise<{ readonly data?: AnyObject; readonly response: Response }>;
  PATCH(path: string, init: object): Promise<{ readonly data?: AnyObject; readonly response: Response }>;
  DELETE(path: string, init: object): Promise<{ readonly data?: unknown; readonly response: Response }>;
}

const anyPath = (client: WeftClient) => client as unknown as AnyPath;
const one = ({ path }: Kind) => `${path}/{id}`;

/** Filters in the words of the API. Throws UserError for one that lists of this kind do not have. */
export function queryOf(kind: Kind, filter: Filter): Record<string, string> {
  const asked = Object.entries(filter).filter(([, value]) => value !== undefined) as [keyof Filter, string][];
  return Object.fromEntries(
    asked.map(([field, value]) => {
      const parameter = kind.filters[field];
      if (parameter === undefined) throw new UserError(`${kind.plural} cannot be chosen by ${field}`);
      return [parameter, value];
    }),
  );
}

/** All objects of a kind that a filter leaves. */
export const listObjects = (client: WeftClient, kind: Kind, filter: Filter, signal?: AbortSignal): AsyncIterable<AnyObject> =>
  (list as (client: WeftClient, path: ListPath, options: object) => AsyncIterable<unknown>)(client, kind.path, {
    query: { limit, ...queryOf(kind, filter) },
    ...(signal === undefined ? {} : { signal }),
  }) as AsyncIterable<AnyObject>;

/** The object of an id, with the ETag that it was read with. Throws ApiError NotFound. */
export async function readObject(
  client: WeftClient,
  kind: Kind,
  id: string,
  signal?: AbortSignal,
): Promise<{ object: AnyObject; etag: string }> {
  const answer = anyPath(client).GET(one(kind), { params: { path: { id } }, ...(signal === undefined ? {} : { signal }) });
  return { object: await dataOf(answer), etag: (await answer).response.headers.get('etag') ?? '*' };
}

/** The changes of all objects that a filter leaves, beginning with all of them. Throws UserError for a kind that cannot be watched. */
export function watchObjects(client: WeftClient, kind: Kind, filter: Filter, signal?: AbortSignal): AsyncIterable<Positioned<ObjectEvent>> {
  if (!kind.verbs.includes('watch')) throw new UserError(`${kind.plural} cannot be watched`);
  const options = { query: queryOf(kind, filter), patienceMs: PATIENCE_MS, ...(signal === undefined ? {} : { signal }) };
  return watch(client, kind.path as WatchPath & keyof WatchEvents, options) as AsyncIterable<Positioned<ObjectEvent>>;
}

const preferring = (seconds: number | undefined) => (seconds === undefined ? {} : { Prefer: `wait=${seconds}` });

/** Deletes an object, whatever it is like now. What the API answers: a plan when one was asked for, the pod that is going, or nothing. */
export async function removeObject(client: WeftClient, kind: Kind, id: string, removal: Removal): Promise<unknown> {
  const { gracePeriodSeconds, force, wait, dryRun } = removal;
  const query = { gracePeriodSeconds, force, ...(dryRun ? { dryRun: 'plan' } : {}) };
  const header = { 'If-Match': '*', ...preferring(wait) };
  return (await anyPath(client).DELETE(one(kind), { params: { path: { id }, query, header } })).data ?? null;
}

/** Changes labels of an object that is still as it was when it had this ETag; null takes a label away. Throws ApiError PreconditionFailed when it is not. */
export const labelObject = (
  client: WeftClient,
  kind: Kind,
  id: string,
  labels: Readonly<Record<string, string | null>>,
  etag: string,
): Promise<AnyObject> =>
  dataOf(anyPath(client).PATCH(one(kind), { params: { path: { id }, header: { 'If-Match': etag } }, body: { labels } }));
