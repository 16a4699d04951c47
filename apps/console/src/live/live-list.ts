import { ApiError, createClient, type WatchEvents, type WeftClient, watch } from '@weft/sdk';

/** Paths that are watched, with what their lists hold. */
export type LivePath = keyof WatchEvents;
export type LiveObject<P extends LivePath> = Extract<WatchEvents[P], { type: 'ADDED' }>['object'];

/** What a list holds now. A new object whenever something in it is otherwise. */
export interface Snapshot<T> {
  readonly byId: ReadonlyMap<string, T>;
  readonly items: readonly T[];
  /** `loading` until everything there is has come; `reconnecting` while what is shown may be old. */
  readonly phase: 'loading' | 'live' | 'reconnecting';
  /** What the API refused for good, such as a missing permission. */
  readonly refused: Error | null;
}

/** What is the same in all lists. */
interface Identified {
  readonly id: string;
  readonly revision: number;
}

/** What is told to whoever keeps a list. */
export interface Owner {
  /** After events, at most once a frame. */
  readonly onChange: () => void;
  /** Nobody listens any more. */
  readonly onUnused: () => void;
}

const FIRST_PAUSE_MS = 250;
const LAST_PAUSE_MS = 5_000;

/** As soon as somebody could see it, and not more often than the screen is drawn. */
const atNextFrame = (work: () => void) => requestAnimationFrame(work);

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * A list that follows the fleet: filled by a watch, which goes on where it was after every break. It watches only while somebody listens and
 * the page is visible: a browser keeps six connections to a server of HTTP/1.1, for all tabs together.
 */
export class LiveList<P extends LivePath> {
  private snapshot: Snapshot<LiveObject<P>> = { byId: new Map(), items: [], phase: 'loading', refused: null };
  private objects = new Map<string, LiveObject<P>>();
  /** What has come of a list that is not complete yet. */
  private incoming: Map<string, LiveObject<P>> | null = null;
  private position: string | null = null;
  private readonly listeners = new Set<() => void>();
  private running: AbortController | null = null;
  private drawing = false;

  private readonly client: WeftClient;
  private readonly path: P;
  private readonly query: Readonly<Record<string, string>>;
  private readonly owner: Owner;

  constructor(client: WeftClient, path: P, query: Readonly<Record<string, string>>, owner: Owner) {
    this.client = createClient({ ...client.options, fetch: (request) => this.connect(request) });
    this.path = path;
    this.query = query;
    this.owner = owner;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    document.addEventListener('visibilitychange', this.follow);
    this.follow();
    return () => {
      this.listeners.delete(listener);
      // A page that follows this one may listen at once.
      setTimeout(() => this.release(), 0);
    };
  };

  readonly read = (): Snapshot<LiveObject<P>> => this.snapshot;

  get isWatched(): boolean {
    return this.running !== null;
  }

  /** Takes over objects that were read elsewhere: what is computed when it is read, such as a status, comes in no event. */
  merge(objects: readonly LiveObject<P>[]): void {
    for (const object of objects) {
      const known = this.objects.get(object.id);
      if (known !== undefined && revisionOf(object) >= revisionOf(known)) this.objects.set(object.id, object);
    }
    this.publish(this.snapshot.phase);
  }

  private release(): void {
    if (this.listeners.size > 0) return;
    document.removeEventListener('visibilitychange', this.follow);
    this.follow();
    this.owner.onUnused();
  }

  private readonly follow = (): void => {
    const wanted = this.listeners.size > 0 && document.visibilityState === 'visible';
    if (wanted && this.running === null) {
      this.running = new AbortController();
      void this.run(this.running.signal);
    }
    if (!wanted && this.running !== null) {
      this.running.abort();
      this.running = null;
    }
  };

  private async run(signal: AbortSignal): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        const since = this.position === null ? {} : { since: this.position };
        for await (const event of watch(this.client, this.path, { query: this.query, signal, ...since })) {
          // What had come when it was aborted is told once more by the run that goes on.
          if (signal.aborted) return;
          pauseMs = FIRST_PAUSE_MS;
          this.take(event as WatchEvents[P] & { readonly position: string | null });
        }
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ApiError && error.code === 'Expired') this.position = null;
        else if (error instanceof ApiError && !error.problem.retryable) return this.refuse(error);
        this.publish(this.snapshot.phase === 'loading' ? 'loading' : 'reconnecting');
        await delay(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS);
      }
    }
  }

  /** Makes a connection of the watch. One that goes on where the last one was has nothing to say at first; any other lists everything anew. */
  private async connect(request: Request): Promise<Response> {
    const goesOn = request.headers.has('Last-Event-ID');
    if (!goesOn) this.incoming = new Map();
    const response = await fetch(request);
    if (response.ok && goesOn && this.snapshot.phase === 'reconnecting') {
      this.publish('live');
      this.owner.onChange();
    }
    return response;
  }

  private take(event: WatchEvents[P] & { readonly position: string | null }): void {
    this.position = event.position;
    const into = this.incoming ?? this.objects;
    if (event.type === 'BOOKMARK') {
      if (this.incoming !== null && event.synced) [this.objects, this.incoming] = [this.incoming, null];
    } else if (event.type === 'DELETED') into.delete(event.object.id);
    else into.set(event.object.id, event.object as LiveObject<P>);
    if (this.drawing || this.incoming !== null) return;
    this.drawing = true;
    atNextFrame(() => {
      this.drawing = false;
      this.publish('live');
      this.owner.onChange();
    });
  }

  private refuse(error: ApiError): void {
    this.running = null;
    this.snapshot = { ...this.snapshot, refused: error };
    for (const listener of this.listeners) listener();
  }

  private publish(phase: Snapshot<LiveObject<P>>['phase']): void {
    const byId = new Map(this.objects);
    this.snapshot = { byId, items: [...byId.values()], phase, refused: null };
    for (const listener of this.listeners) listener();
  }
}

const revisionOf = (object: object) => (object as Identified).revision;
