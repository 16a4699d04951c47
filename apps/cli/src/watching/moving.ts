import { setTimeout as sleep } from 'node:timers/promises';
import { isRefusal, type WeftClient } from '@weft/sdk';
import type { AnyObject, Filter, Kind } from '../kinds/kind.ts';
import { listObjects, maySoonAnswer, type ObjectEvent, PATIENCE_MS, readObject, watchObjects } from '../objects/objects.ts';
import { OnTheirWay } from './on-their-way.ts';

/** How long a turn of looking takes, in ms. */
const TURN_MS = 500;

/** More objects than this are read as a list. */
const ONE_BY_ONE = 20;

/** Objects by their ids as they are now; one that is gone is left out: the watch tells of it. */
async function* readAgain(
  client: WeftClient,
  kind: Kind,
  filter: Filter,
  ids: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncGenerator<AnyObject> {
  if (ids.size > ONE_BY_ONE) {
    for await (const object of listObjects(client, kind, filter, signal)) if (ids.has(object.id)) yield object;
    return;
  }
  for (const id of ids)
    try {
      yield (await readObject(client, kind, id, signal)).object;
    } catch (error) {
      if (!isRefusal(error, 'NotFound')) throw error;
    }
}

/** What is on its way, whenever a look at it shows that it has come further. An API that is gone is borne as long as watches do; then throws as they do. */
async function* looks(
  client: WeftClient,
  kind: Kind,
  filter: Filter,
  onTheirWay: OnTheirWay,
  signal: AbortSignal,
): AsyncGenerator<ObjectEvent> {
  let lostAt: number | null = null;
  for (;;) {
    await sleep(TURN_MS, undefined, { signal }).catch(() => undefined);
    try {
      for await (const object of readAgain(client, kind, filter, onTheirWay.nextTurn(), signal))
        if (onTheirWay.looked(object)) yield { type: 'MODIFIED', object };
      lostAt = null;
    } catch (error) {
      if (signal.aborted) return;
      lostAt ??= performance.now();
      if (!maySoonAnswer(error) || performance.now() - lostAt >= PATIENCE_MS) throw error;
    }
    if (signal.aborted) return;
  }
}

/** What one of several sources tells next. It may fail while nobody listens: whoever asks next hears of it. */
function nextOf<T>(source: AsyncIterator<T>) {
  const next = source.next().then((result) => ({ source, result }));
  next.catch(() => undefined);
  return next;
}

/**
 * The changes of all objects that a filter leaves, as a watch tells them, beginning with all of them, and of their statuses too: how far nodes have come is
 * computed whenever it is read, and comes in no event, so what is on its way is read again until it has settled. `progressOf` says when that is and what is
 * told of before. Throws UserError for a kind that cannot be watched.
 */
export async function* watchMoving(
  client: WeftClient,
  kind: Kind,
  filter: Filter,
  signal: AbortSignal,
  progressOf: (object: AnyObject) => string | null = (object) => kind.progress?.(object) ?? null,
): AsyncGenerator<ObjectEvent> {
  // Whoever has seen enough leaves while the watch still waits for its next event: only this ends it then.
  const left = new AbortController();
  const ending = AbortSignal.any([signal, left.signal]);
  const onTheirWay = new OnTheirWay(progressOf);
  const events: AsyncIterator<ObjectEvent> = watchObjects(client, kind, filter, ending)[Symbol.asyncIterator]();
  // A look that nobody answers holds up no event.
  const nexts = new Map([events, looks(client, kind, filter, onTheirWay, ending)].map((source) => [source, nextOf(source)]));
  try {
    for (;;) {
      const { source, result } = await Promise.race(nexts.values());
      if (result.done) return;
      nexts.set(source, nextOf(source));
      const { value } = result;
      if (source === events && value.type === 'DELETED') onTheirWay.forget(value.object.id);
      else if (source === events && value.type !== 'BOOKMARK') onTheirWay.told(value.object);
      yield value;
    }
  } finally {
    left.abort();
  }
}
