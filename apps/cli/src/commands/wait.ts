import { createClient, type WeftClient } from '@weft/sdk';
import { collected } from '../api/collected.ts';
import { findAccess } from '../api/connect.ts';
import { kindOfId } from '../kinds/all-kinds.ts';
import type { Filter, Kind } from '../kinds/kind.ts';
import { find, fullName, placed } from '../objects/find.ts';
import type { Named, Targets } from '../objects/targets.ts';
import { TimeoutError, UserError } from '../user-error.ts';
import { awaitGroup, type Group } from '../watching/await-group.ts';
import { type Awaited, readAwaited } from '../watching/condition.ts';
import { filterOf, type TargetOptions, targetsOf } from './get.ts';

/** What `weft wait` is given. */
export interface WaitOptions extends TargetOptions {
  readonly for: string;
  readonly timeout: number;
  readonly all: boolean;
}

/** One watch for each name, and one for all ids of a kind. */
function groupsOfNamed(each: readonly Named[], filter: Filter): Group[] {
  const isId = ({ kind, nameOrId }: Named) => kindOfId(nameOrId) === kind;
  const calledOf = ({ kind, nameOrId }: Named) => [nameOrId, `${kind.name}/${nameOrId}`] as const;
  const byKind: ReadonlyMap<Kind, readonly Named[]> = Map.groupBy(each.filter(isId), ({ kind }) => kind);
  const byId = [...byKind].map(([kind, some]): Group => ({ kind, filter: {}, by: 'id', called: new Map(some.map(calledOf)) }));
  const byName = each
    .filter((one) => !isId(one))
    .map((one): Group => {
      const place = one.namespace === undefined ? filter : { ...filter, namespace: one.namespace };
      return { kind: one.kind, filter: placed(one.kind, { ...place, name: one.nameOrId }), by: 'name', called: new Map([calledOf(one)]) };
    });
  return [...byId, ...byName];
}

/** What a filter leaves now: one watch for each kind of which there is something. */
async function groupsOfFound(client: WeftClient, targets: Targets, filter: Filter): Promise<Group[]> {
  const found = Map.groupBy(await collected(find(client, targets, filter)), ({ kind }) => kind);
  return [...found].map(([kind, some]) => ({
    kind,
    filter: placed(kind, filter),
    by: 'id',
    called: new Map(some.map((one) => [one.object.id, fullName(one)])),
  }));
}

/**
 * Waits until all that is meant is so, at most so many seconds.
 *
 * @throws UserError when nothing is meant, unless it was to be gone, or when one of it cannot become so any more; TimeoutError
 */
export async function awaitTargets(client: WeftClient, targets: Targets, filter: Filter, wanted: Awaited, seconds: number): Promise<void> {
  const groups = 'each' in targets ? groupsOfNamed(targets.each, filter) : await groupsOfFound(client, targets, filter);
  if (groups.length === 0 && wanted.what !== 'gone') throw new UserError('nothing is there to wait for: no object is chosen');
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), seconds * 1000);
  try {
    const late = (await Promise.all(groups.map((group) => awaitGroup(client, group, wanted, over.signal)))).flat();
    if (late.length > 0) throw new TimeoutError(`not so after ${seconds} s: ${late.join(', ')}`);
  } finally {
    clearTimeout(timer);
    // When one cannot become so any more, the watches of the others would go on.
    over.abort();
  }
}

/** Waits until objects are as they are to be. Throws as awaitTargets. */
export async function wait(words: readonly string[], options: WaitOptions): Promise<void> {
  const wanted = readAwaited(options.for);
  const targets = targetsOf(words, options);
  if ('every' in targets && options.selector === undefined && !options.all)
    throw new UserError('name what is waited for, choose it by --selector, or say --all');
  const client = createClient(await findAccess(options.state));
  await awaitTargets(client, targets, await filterOf(options), wanted, options.timeout);
}
