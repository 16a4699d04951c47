import { ApiError, type WeftClient } from '@weft/sdk';
import { kindOfId } from '../kinds/all-kinds.ts';
import type { AnyObject, Filter, Kind } from '../kinds/kind.ts';
import { UserError } from '../user-error.ts';
import { listObjects, readObject } from './objects.ts';
import type { Named, Targets } from './targets.ts';

/** An object and what it is. */
export interface Found {
  readonly kind: Kind;
  readonly object: AnyObject;
}

/** There is no such object. */
export class MissingError extends UserError {
  override readonly name = 'MissingError';
}

/** What an object is called everywhere: `service/shop/web`. */
export function fullName({ kind, object }: Found): string {
  const namespace = kind.namespaced && kind.nameOf(object) !== object.id ? `${object.namespace}/` : '';
  return `${kind.name}/${namespace}${kind.nameOf(object)}`;
}

/** The part of a filter that lists of a kind have, of those that stand for a place rather than a wish. */
export const placed = (kind: Kind, { namespace, ...filter }: Filter): Filter => ({
  ...filter,
  ...(kind.namespaced && namespace !== undefined ? { namespace } : {}),
});

async function byId(client: WeftClient, kind: Kind, id: string): Promise<Found[]> {
  const { object } = await readObject(client, kind, id).catch((error: unknown) => {
    throw error instanceof ApiError && error.code === 'NotFound' ? new MissingError(`there is no ${kind.name} ${id}`) : error;
  });
  return [{ kind, object }];
}

async function byName(client: WeftClient, { kind, nameOrId: name, where }: Named, filter: Filter): Promise<Found[]> {
  const found: Found[] = [];
  const narrowed = kind.filters.name === undefined ? filter : { ...filter, name };
  for await (const object of listObjects(client, kind, placed(kind, narrowed)))
    if ((kind.filters.name !== undefined || [kind.nameOf(object), object.id].includes(name)) && where?.(object) !== false)
      found.push({ kind, object });
  if (found.length > 0) return found;
  const place = kind.namespaced && filter.namespace !== undefined ? ` in namespace ${filter.namespace}` : '';
  throw new MissingError(`there is no ${kind.name} ${name}${place}`);
}

/** Records of a kind that are looked at when nobody says how many. */
export const NEWEST = 100;

/** How objects are looked for. */
export interface Finding {
  /** Is told of each name that nothing has, and the others are found; without it the first such name ends the search. */
  readonly onMissing?: (missing: MissingError) => void;
  /** How many of kinds that are records: there is no end of them. */
  readonly newest?: number;
}

async function* firstOf(client: WeftClient, kind: Kind, filter: Filter, count: number): AsyncGenerator<Found> {
  let left = count;
  for await (const object of listObjects(client, kind, placed(kind, filter))) {
    yield { kind, object };
    left -= 1;
    if (left === 0) return;
  }
}

/**
 * The objects that are meant, kind by kind.
 *
 * @throws MissingError for a name or an id that nothing has, unless somebody is told of these; UserError; ApiError; ConnectionError
 */
export async function* find(client: WeftClient, targets: Targets, filter: Filter, finding: Finding = {}): AsyncGenerator<Found> {
  const { onMissing, newest = NEWEST } = finding;
  if ('every' in targets) {
    for (const kind of targets.every) yield* firstOf(client, kind, filter, kind.isRecord ? newest : Number.POSITIVE_INFINITY);
    return;
  }
  for (const named of targets.each) {
    const { kind, nameOrId, namespace } = named;
    try {
      yield* kindOfId(nameOrId) === kind && kind.verbs.includes('view')
        ? await byId(client, kind, nameOrId)
        : await byName(client, named, namespace === undefined ? filter : { ...filter, namespace });
    } catch (error) {
      if (onMissing === undefined || !(error instanceof MissingError)) throw error;
      onMissing(error);
    }
  }
}
