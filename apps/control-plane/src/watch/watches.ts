import { Inject, Injectable } from '@nestjs/common';
import { type AnyCall, LIST_LIMIT, WATCH_POSITION } from '@weft/contract';
import { ProblemError } from '@weft/model';
import type { Page, PageRequest, Store, WatchEvent, Watched, WatchedKind } from '@weft/store';
import type { Logger } from '@weft/telemetry';
import { Reply } from '../http/reply.ts';
import { Metrics } from '../metrics.ts';
import { LOG, STORE } from '../tokens.ts';
import { EventStream } from './event-stream.ts';
import { FLOWS } from './flows.ts';
import { Revisions } from './revisions.ts';
import { TokenEnds } from './token-ends.ts';
import { type Filterable, FilteredView, type WatchFilter } from './watch-filter.ts';

/** Open watches of one replica. */
export const WATCHERS_MAX = 1000;

const BOOKMARK_EVERY_MS = 15_000;

/** Events read from the database at a time. */
const BATCH = 500;

interface Watcher {
  readonly stream: EventStream;
  readonly view: FilteredView;
  readonly epoch: string;
  /** Everything up to this revision has been sent. */
  revision: number;
}

/** All watchers of one kind that have caught up move together, so that an event is read once however many they are. */
interface Feed {
  revision: number;
  readonly watchers: Set<Watcher>;
}

type Lister<T> = (page: PageRequest) => Promise<Page<T>>;

/** The open watches of this replica. */
@Injectable()
export class Watches {
  private readonly feeds = new Map<WatchedKind, Feed>();
  private readonly open = new Set<EventStream>();

  constructor(
    @Inject(STORE) private readonly store: Store,
    private readonly revisions: Revisions,
    private readonly metrics: Metrics,
    private readonly tokens: TokenEnds,
    @Inject(LOG) private readonly log: Logger,
  ) {
    revisions.onMove(() => this.advance());
  }

  /** Answers a watch: from the position the client names, else from a list of everything there is. */
  async watch<K extends WatchedKind>(
    kind: K,
    call: AnyCall,
    filter: WatchFilter,
    since: string | null,
    list: Lister<Watched[K]>,
  ): Promise<Reply> {
    if (this.open.size >= WATCHERS_MAX) throw new ProblemError('Unavailable', `this replica has ${WATCHERS_MAX} open watches`);
    const position = call.lastEventId ?? since;
    const place = call.lastEventId === null ? 'query/since' : 'header/last-event-id';
    const after = position === null ? null : await this.resumeFrom(kind, position, place);
    const stream = new EventStream(() => this.metrics.watchersCutOff.inc());
    const { principal } = call;
    const view = new FilteredView(filter, principal === null ? [] : principal.namespaces, after !== null);
    const watcher = { stream, view, epoch: this.revisions.epoch, revision: after ?? 0 };
    this.register(kind, watcher);
    if (principal !== null) this.tokens.endWith(principal.tokenId, stream);
    void this.begin(kind, watcher, after === null ? list : null).catch((error: unknown) => {
      this.log.warn({ err: error, requestId: call.requestId }, 'a watch ended early; its client starts again');
      stream.end();
    });
    return new Reply(stream.body, { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' });
  }

  /** Ends all watches: the process is going down. */
  stop(): void {
    for (const stream of this.open) stream.end();
  }

  /** The revision of a position; `place` is where in the request it stood. */
  private async resumeFrom(kind: WatchedKind, text: string, place: string): Promise<number> {
    const [, epoch, revision] = WATCH_POSITION.exec(text) ?? [];
    if (epoch === undefined) {
      const message = 'a position is <epoch>.<revision>, the id of an event';
      throw new ProblemError('BadRequest', message, [{ pointer: place, code: 'InvalidFormat', message }]);
    }
    const current = await this.store.history.position();
    const { oldest, newest } = FLOWS[kind].bounds(current);
    const after = Number(revision);
    if (epoch !== current.epoch || after < oldest || after > newest)
      throw new ProblemError('Expired', `history is kept from ${current.epoch}.${oldest} to ${current.epoch}.${newest}`);
    return after;
  }

  private register(kind: WatchedKind, watcher: Watcher): void {
    const { stream } = watcher;
    const bookmarks = setInterval(() => this.bookmark(watcher, false), BOOKMARK_EVERY_MS);
    this.open.add(stream);
    this.metrics.watchers.set(this.open.size);
    stream.onClose(() => {
      clearInterval(bookmarks);
      this.open.delete(stream);
      this.feeds.get(kind)?.watchers.delete(watcher);
      this.metrics.watchers.set(this.open.size);
    });
  }

  /** Sends the initial list, then what happened since, then joins the feed. */
  private async begin<K extends WatchedKind>(kind: K, watcher: Watcher, list: Lister<Watched[K]> | null): Promise<void> {
    if (list !== null) await this.sendList(kind, watcher, list);
    while (!watcher.stream.closed) {
      // No await from here to joining: nothing can pass between the two.
      const feed = this.feedOf(kind);
      if (watcher.revision >= feed.revision) {
        feed.watchers.add(watcher);
        return;
      }
      const { events, revision } = await FLOWS[kind].events(this.store, { after: watcher.revision, limit: BATCH });
      this.deliver(watcher, events, revision);
      await watcher.stream.caughtUp();
    }
  }

  private async sendList<T extends Filterable>(kind: WatchedKind, watcher: Watcher, list: Lister<T>): Promise<void> {
    // Read before the list: what happens meanwhile may be told twice, but not missed.
    const { newest } = FLOWS[kind].bounds(await this.store.history.position());
    let cursor: string | null = null;
    do {
      const page: Page<T> = await list({ limit: LIST_LIMIT.max, cursor });
      for (const object of page.items) {
        watcher.view.listed(object);
        // Without an id: a client that loses the connection in the middle of the list has to start over.
        watcher.stream.send(null, { type: 'ADDED', object });
      }
      cursor = page.nextCursor;
      await watcher.stream.caughtUp();
    } while (cursor !== null && !watcher.stream.closed);
    watcher.revision = newest;
    this.bookmark(watcher, true);
  }

  private bookmark({ stream, epoch, revision }: Watcher, synced: boolean): void {
    if (revision > 0 || synced) stream.send(`${epoch}.${revision}`, { type: 'BOOKMARK', revision, synced });
  }

  /** Sends events up to a revision. Only the last event of a revision carries its id, so that a resumed watch never misses half of one. */
  private deliver(watcher: Watcher, events: readonly WatchEvent<Filterable>[], upTo: number): void {
    const seen = events.filter((event) => event.revision > watcher.revision).flatMap((event) => watcher.view.see(event) ?? []);
    for (const [index, { revision, type, object }] of seen.entries()) {
      const last = seen[index + 1]?.revision !== revision;
      watcher.stream.send(last ? `${watcher.epoch}.${revision}` : null, { type, object });
    }
    watcher.revision = Math.max(watcher.revision, upTo);
  }

  private feedOf(kind: WatchedKind): Feed {
    const feed = this.feeds.get(kind) ?? { revision: this.reached(kind), watchers: new Set<Watcher>() };
    this.feeds.set(kind, feed);
    return feed;
  }

  /** How far a kind has come, as this replica knows. */
  private reached(kind: WatchedKind): number {
    return FLOWS[kind].bounds(this.revisions.current).newest;
  }

  /** The cluster has moved on: every kind that is watched follows. */
  private async advance(): Promise<void> {
    const { epoch } = this.revisions.current;
    for (const [kind, feed] of this.feeds) {
      for (const watcher of feed.watchers) if (watcher.epoch !== epoch) watcher.stream.end();
      if (feed.watchers.size === 0) this.feeds.delete(kind);
      else await this.advanceFeed(kind, feed);
    }
  }

  private async advanceFeed(kind: WatchedKind, feed: Feed): Promise<void> {
    const target = this.reached(kind);
    while (feed.revision < target) {
      const { events, revision } = await FLOWS[kind].events(this.store, { after: feed.revision, limit: BATCH });
      feed.revision = revision;
      for (const watcher of feed.watchers) this.deliver(watcher, events, revision);
    }
  }
}
