import { ApiError, type WeftClient } from '@weft/sdk';
import type { AnyObject, Filter, Kind } from '../kinds/kind.ts';
import { fullName } from '../objects/find.ts';
import { readObject } from '../objects/objects.ts';
import { UserError } from '../user-error.ts';
import { type Awaited, isSo } from './condition.ts';
import { watchMoving } from './moving.ts';

/** Objects that one watch tells of, and something is waited of each. */
export interface Group {
  readonly kind: Kind;
  /** What the watch is narrowed to, in the words of its kind. */
  readonly filter: Filter;
  /** By id, or the one name that the watch is narrowed to. What has a name may still come; what has an id is there, or is no more. */
  readonly by: 'id' | 'name';
  /** What each is called, by its id or name. */
  readonly called: ReadonlyMap<string, string>;
}

/** Whether an object that a watch by labels shows no more is there all the same, with other labels. */
async function isThere(client: WeftClient, kind: Kind, id: string): Promise<boolean> {
  try {
    await readObject(client, kind, id);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'NotFound') return false;
    throw error;
  }
}

/**
 * Watches a group until all of it is as it is waited for, or the signal is aborted: what those are called that are not. A watch that was too far behind
 * starts over.
 *
 * @throws UserError when something is deleted that was to become so, or is no longer among what the labels choose
 */
export async function awaitGroup(
  client: WeftClient,
  { kind, filter, by, called }: Group,
  wanted: Awaited,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const left = new Map(called);
  const seen = new Set<string>();
  const [onlyName = ''] = called.keys();

  function settled(key: string, name: string, text: string): void {
    console.log(`${name} is ${text}`);
    left.delete(key);
  }

  async function gone(key: string, name: string): Promise<void> {
    if (filter.selector !== undefined && (await isThere(client, kind, key)))
      throw new UserError(`${name} has other labels now: ${filter.selector} does not choose it any more`);
    if (isSo(wanted, null)) settled(key, name, 'gone');
    else if (by === 'id' || (seen.has(key) && wanted.what !== 'there')) throw new UserError(`${name} was deleted`);
  }

  function shown(key: string, object: AnyObject): void {
    seen.add(key);
    if (isSo(wanted, object)) settled(key, fullName({ kind, object }), 'so');
  }

  const keyOf = (object: AnyObject): string => (by === 'id' ? object.id : onlyName);

  /** Where a kind has a status that is computed, what is waited for may come without an event, also to what has settled. */
  const progressOf = (object: AnyObject): string | null =>
    kind.progress === undefined || wanted.what === 'gone' || isSo(wanted, object) || !left.has(keyOf(object))
      ? null
      : (kind.progress(object) ?? 'settled');

  while (!signal.aborted) {
    // What the list that a watch begins with has not shown yet: at its end, that is not there.
    const missing = new Map(left);
    try {
      for await (const event of watchMoving(client, kind, filter, signal, progressOf)) {
        if (event.type === 'BOOKMARK') {
          for (const [key, name] of event.synced ? missing : []) await gone(key, name);
          if (event.synced) missing.clear();
        } else {
          const key = keyOf(event.object);
          if (!left.has(key)) continue;
          missing.delete(key);
          if (event.type === 'DELETED') await gone(key, fullName({ kind, object: event.object }));
          else shown(key, event.object);
        }
        if (left.size === 0) return [];
      }
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'Expired')) throw error;
    }
  }
  return [...left.values()];
}
