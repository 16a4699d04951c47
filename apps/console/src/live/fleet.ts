import { dataOf, type WeftClient } from '@weft/sdk';
import { LiveList, type LiveObject, type LivePath } from './live-list.ts';

/** Phases that end by themselves, without an event: a node reports, and what is computed from its report is otherwise. */
const UNSETTLED: ReadonlySet<string> = new Set(['Pending', 'Lagging']);

const SOON_MS = 250;
const IDLE_MS = 15_000;

/** Of its time, at most this part goes into asking again. */
const SHARE = 0.1;

const PAGE = 1000;

type Settling = '/nodes' | '/services';

/** The lists of a session, each once whoever shows it, and the statuses in them kept as they are. */
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
    const list = this.lists.get(key) ?? new LiveList<LivePath>(this.client, path, query, () => this.askWithin(SOON_MS));
    this.lists.set(key, list);
    return list as unknown as LiveList<P>;
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
    let cursor: string | null = null;
    do {
      const page: { items: LiveObject<Settling>[]; nextCursor: string | null } = await dataOf(
        this.client.GET(path, { params: { query: { limit: PAGE, ...(cursor === null ? {} : { cursor }) } } }),
      );
      list.merge(page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return list.read().items.some(({ status }) => UNSETTLED.has(status.phase));
  }
}
