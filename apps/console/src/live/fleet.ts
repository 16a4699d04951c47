import { list as listOf, type WeftClient } from '@weft/sdk';
import { LiveList, type LiveObject, type LivePath } from './live-list.ts';

/** Phases that end by themselves, without an event: a node reports, and what is computed from its report is otherwise. */
const UNSETTLED: ReadonlySet<string> = new Set(['Pending', 'Lagging']);

const SOON_MS = 250;
const IDLE_MS = 15_000;

/** Of its time, at most this part goes into asking again. */
const SHARE = 0.1;

/** Objects in one page, the most that the API gives. */
const limit = 1000;

type Settling = '/nodes' | '/services';

/** The lists of a session that somebody shows, each once, and the statuses in them kept as they are. */
export class Fleet {
  private readonly lists = new Map<string, LiveList<LivePath>>();
  private readonly client: WeftClient;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private dueAt = Number.POSITIVE_INFINITY;
  private asking = false;

  constructor(client: WeftClient) {
    this.client = client;
  }

  /** The list of that path with those filters. */
  list<P extends LivePath>(path: P, query: Readonly<Record<string, string>> = {}): LiveList<P> {
    const key = `${path}?${new URLSearchParams(query)}`;
    const list = this.lists.get(key) ?? this.keep(key, path, query);
    return list as unknown as LiveList<P>;
  }

  private keep(key: string, path: LivePath, query: Readonly<Record<string, string>>): LiveList<LivePath> {
    const list = new LiveList<LivePath>(this.client, path, query, {
      onChange: () => this.askWithin(SOON_MS),
      onUnused: () => {
        if (this.lists.get(key) === list) this.lists.delete(key);
      },
    });
    this.lists.set(key, list);
    return list;
  }

  private askWithin(ms: number): void {
    const at = performance.now() + ms;
    if (this.asking || at >= this.dueAt) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.dueAt = at;
    this.timer = setTimeout(() => void this.ask(), ms);
  }

  /** Reads again what is shown of nodes and services, often as long as something is on its way. */
  private async ask(): Promise<void> {
    this.dueAt = Number.POSITIVE_INFINITY;
    this.asking = true;
    const from = performance.now();
    const unsettled = await Promise.all([this.refresh('/nodes'), this.refresh('/services')]).catch(() => []);
    this.asking = false;
    const tookMs = performance.now() - from;
    if ([...this.lists.values()].some((list) => list.isWatched))
      this.askWithin(unsettled.some(Boolean) ? Math.max(SOON_MS, tookMs / SHARE) : IDLE_MS);
  }

  /** Whether something in the list is on its way. */
  private async refresh(path: Settling): Promise<boolean> {
    const list = this.lists.get(`${path}?`) as LiveList<Settling> | undefined;
    if (list === undefined || !list.isWatched) return false;
    const objects: LiveObject<Settling>[] = [];
    for await (const object of listOf(this.client, path, { query: { limit } })) objects.push(object);
    list.merge(objects);
    return list.read().items.some(({ status }) => UNSETTLED.has(status.phase));
  }
}
