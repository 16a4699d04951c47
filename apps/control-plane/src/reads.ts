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

type Filters<Q> = Omit<Q, 'limit' | 'cursor' | 'watch' | 'since'>;
type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function filtersOf<Q extends ListQuery>(query: Q): Defined<Filters<Q>> {
  const pageAndWatch = new Set(['limit', 'cursor', 'watch', 'since']);
  const entries = Object.entries(query).filter(([name, value]) => value !== undefined && !pageAndWatch.has(name));
  return Object.fromEntries(entries) as Defined<Filters<Q>>;
}

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
  list<Q extends ListQuery, T>(query: Q, list: (query: PageRequest & Defined<Filters<Q>>) => Promise<Page<T>>): Promise<Page<T>> {
    return list({ ...filtersOf(query), limit: query.limit, cursor: query.cursor ?? null });
  }

  /** One page, or a stream of changes when the query asks for a watch. */
  async listOrWatch<K extends WatchedKind, Q extends ListOrWatchQuery>(
    kind: K,
    call: AnyCall & { readonly query: Q },
    list: (query: PageRequest & Defined<Filters<Q>>) => Promise<Page<Watched[K]>>,
  ): Promise<Page<Watched[K]> | Reply> {
    const { query } = call;
    if (!query.watch) return this.list(query, list);
    const filters = filtersOf(query);
    return this.watches.watch(kind, call, filters, query.since ?? null, (page) => list({ ...filters, ...page }));
  }
}
