import { Injectable } from '@nestjs/common';
import type { AnyCall } from '@weft/contract';
import type { Page, PageRequest, Watched, WatchedKind } from '@weft/store';
import { etagOf } from './http/preconditions.ts';
import { Reply } from './http/reply.ts';
import { Revisions } from './watch/revisions.ts';
import type { WatchFilter } from './watch/watch-filter.ts';
import { Watches } from './watch/watches.ts';

/** The query of a list, as the contract reads it. */
interface ListQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

interface ListOrWatchQuery extends ListQuery, WatchFilter {
  readonly watch: boolean;
  readonly since?: string | undefined;
}

/** What is no filter in the query of a list, and of a list that can be watched. */
const PAGING = ['limit', 'cursor'] as const;
const PAGING_AND_WATCHING = [...PAGING, 'watch', 'since'] as const;

/** Objects that an export reads at a time: a receipt may have 200 KiB. */
const EXPORTED_AT_A_TIME = 250;

type Without<Q, K extends PropertyKey> = { [N in Exclude<keyof Q, K>]: Exclude<Q[N], undefined> };

/** The part of a query that filters: what it names and does not leave out. */
function without<Q extends object, K extends string>(query: Q, names: readonly K[]): Without<Q, K> {
  const dropped: readonly string[] = names;
  return Object.fromEntries(Object.entries(query).filter(([name, value]) => value !== undefined && !dropped.includes(name))) as Without<
    Q,
    K
  >;
}

const pageOf = ({ limit, cursor }: ListQuery): PageRequest => ({ limit, cursor: cursor ?? null });

/** Answers what reads: one object, a page of a list, a watch. */
@Injectable()
export class Reads {
  constructor(
    private readonly revisions: Revisions,
    private readonly watches: Watches,
  ) {}

  /** One object with its ETag. */
  async view<T extends { readonly generation: number }>(object: Promise<T>): Promise<Reply> {
    const body = await object;
    return new Reply(body, { ETag: etagOf(this.revisions.epoch, body) });
  }

  /** One page; `list` gets the query as the store wants it. */
  list<Q extends ListQuery, P>(query: Q, list: (query: PageRequest & Without<Q, (typeof PAGING)[number]>) => Promise<P>): Promise<P> {
    return list({ ...without(query, PAGING), ...pageOf(query) });
  }

  /** All that a query names, page after page, as it is asked for. */
  async *each<Q extends object, T>(query: Q, list: (query: PageRequest & Without<Q, never>) => Promise<Page<T>>): AsyncGenerator<T> {
    for (let cursor: string | null = null; ; ) {
      const page: Page<T> = await list({ ...without(query, []), limit: EXPORTED_AT_A_TIME, cursor });
      yield* page.items;
      if (page.nextCursor === null) return;
      cursor = page.nextCursor;
    }
  }

  /** One page, or a stream of changes when the query asks for a watch. */
  async listOrWatch<K extends WatchedKind, Q extends ListOrWatchQuery>(
    kind: K,
    call: AnyCall & { readonly query: Q },
    list: (query: PageRequest & Without<Q, (typeof PAGING_AND_WATCHING)[number]>) => Promise<Page<Watched[K]>>,
  ): Promise<Page<Watched[K]> | Reply> {
    const { query } = call;
    const filters = without(query, PAGING_AND_WATCHING);
    if (!query.watch) return list({ ...filters, ...pageOf(query) });
    return this.watches.watch(kind, call, filters, query.since ?? null, (page) => list({ ...filters, ...page }));
  }
}
