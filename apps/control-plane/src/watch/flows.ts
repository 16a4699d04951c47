import type { Historic, HistoricKind, HistoryPosition, Store, WatchEvent, Watched, WatchedKind } from '@weft/store';

/** Where the events of a kind come from. */
interface Flow<T> {
  /** Between which positions they can be had. */
  bounds(position: HistoryPosition): { readonly oldest: number; readonly newest: number };
  /** About `limit` of them after a position; `revision` is how far the answer reaches. */
  events(
    store: Store,
    query: { readonly after: number; readonly limit: number },
  ): Promise<{ readonly events: readonly WatchEvent<T>[]; readonly revision: number }>;
}

const history = <K extends HistoricKind>(kind: K): Flow<Historic[K]> => ({
  bounds: ({ oldest, revision }) => ({ oldest, newest: revision }),
  events: (store, query) => store.history.events(kind, query),
});

/** Objects are told of by revision; what nodes tell of drift has an order of its own, and nothing of it is forgotten. */
export const FLOWS: { readonly [K in WatchedKind]: Flow<Watched[K]> } = {
  namespace: history('namespace'),
  node: history('node'),
  pod: history('pod'),
  service: history('service'),
  endpoint: history('endpoint'),
  rollout: history('rollout'),
  drift: {
    bounds: ({ drifts }) => ({ oldest: 0, newest: drifts }),
    events: (store, query) => store.history.drift(query),
  },
};
