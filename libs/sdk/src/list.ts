import { dataOf, type WeftClient } from './client.ts';
import type { paths } from './schema.ts';

/** What a list answers: some objects, and where to go on. */
interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

type AnswerOf<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { 'application/json': infer Answer } } } };
}
  ? Answer
  : never;

/** Every path that answers with a list, page by page. */
export type ListPath = {
  [P in keyof paths]: [AnswerOf<P>] extends [never] ? never : AnswerOf<P> extends Page<unknown> ? P : never;
}[keyof paths];

/** What the list under a path holds. */
export type Listed<P extends ListPath> = AnswerOf<P> extends Page<infer T> ? T : never;

type ParametersOf<P extends ListPath> = paths[P] extends { get: { parameters: infer Parameters } } ? Parameters : never;

type QueryOf<P extends ListPath> = ParametersOf<P> extends { query?: infer Query } ? Omit<NonNullable<Query>, 'cursor' | 'watch'> : never;

/** How a list is asked for. */
export type ListOptions<P extends ListPath> = {
  /** Filters, and `limit`: how many objects one page has. Pages are fetched until there are no more. */
  readonly query?: QueryOf<P>;
  /** Ends it: the iterator throws what the signal was aborted with. */
  readonly signal?: AbortSignal;
} & (ParametersOf<P> extends { path: infer Path } ? { readonly path: Path } : unknown);

/** Only a path with an `{id}` has to be told something. */
type Arguments<P extends ListPath> = ListOptions<P> extends { readonly path: unknown } ? [ListOptions<P>] : [ListOptions<P>?];

/**
 * Every object of a list, page by page as they are asked for: whoever leaves the loop fetches no more.
 *
 *     for await (const pod of list(weft, '/pods', { query: { namespace: 'shop', labelSelector: 'app=web' } })) console.log(pod.name);
 *
 * An object that is there all the while comes exactly once; one that comes or goes in between may come or not. Throws ApiError and ConnectionError.
 */
export async function* list<P extends ListPath>(client: WeftClient, path: P, ...[options]: Arguments<P>): AsyncGenerator<Listed<P>> {
  // The types above hold path and answer together; the client's own want the path as a literal.
  const get = client.GET as unknown as (path: string, init: object) => Promise<{ data?: Page<Listed<P>>; response: Response }>;
  const { query, signal, path: params } = (options ?? {}) as { query?: object; signal?: AbortSignal; path?: object };
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const asked = { params: { path: params, query: { ...query, cursor } }, ...(signal === undefined ? {} : { signal }) };
    const page = await dataOf(get(path, asked));
    yield* page.items;
    cursor = page.nextCursor;
  }
}
