import { createClient, type WeftClient } from '@weft/sdk';
import { collected } from '../api/collected.ts';
import { findAccess } from '../api/connect.ts';
import { kindOfId } from '../kinds/all-kinds.ts';
import type { Filter, Kind } from '../kinds/kind.ts';
import { find, fullName, placed } from '../objects/find.ts';
import { watchObjects } from '../objects/objects.ts';
import type { Targets } from '../objects/targets.ts';
import { TimeoutError, UserError } from '../user-error.ts';
import { type Awaited, isSo, readAwaited } from '../watching/condition.ts';
import { filterOf, type TargetOptions, targetsOf } from './get.ts';

/** What `weft wait` is given. */
export interface WaitOptions extends TargetOptions {
  readonly for: string;
  readonly timeout: number;
  readonly all: boolean;
}

/** One object that something is waited of. */
interface Waiting {
  readonly kind: Kind;
  readonly nameOrId: string;
  readonly namespace?: string;
}

/** The objects that are meant: those that are named, or those that the filter leaves now. */
async function waitingFor(client: WeftClient, targets: Targets, filter: Filter): Promise<readonly Waiting[]> {
  if ('each' in targets)
    return targets.each.map(({ namespace = filter.namespace, ...one }) => ({ ...one, ...(namespace === undefined ? {} : { namespace }) }));
  return (await collected(find(client, targets, filter))).map(({ kind, object }) => ({ kind, nameOrId: object.id }));
}

/** Watches one object until it is so, or the signal is aborted: whether it is. Throws UserError when it is deleted instead. */
async function awaitOne(
  client: WeftClient,
  { kind, nameOrId, namespace }: Waiting,
  wanted: Awaited,
  signal: AbortSignal,
): Promise<boolean> {
  const isId = kindOfId(nameOrId) === kind;
  const filter: Filter = isId ? {} : { name: nameOrId, ...(namespace === undefined ? {} : { namespace }) };
  let seen = false;
  for await (const event of watchObjects(client, kind, placed(kind, filter), signal)) {
    if (event.type === 'BOOKMARK') {
      if (event.synced && !seen && isSo(wanted, null)) return said(`${kind.name}/${nameOrId} is gone`);
      continue;
    }
    const { object } = event;
    if (isId && object.id !== nameOrId) continue;
    seen = true;
    if (isSo(wanted, event.type === 'DELETED' ? null : object))
      return said(`${fullName({ kind, object })} is ${wanted.what === 'gone' ? 'gone' : 'so'}`);
    if (event.type === 'DELETED' && wanted.what !== 'there') throw new UserError(`${fullName({ kind, object })} was deleted`);
  }
  return false;
}

function said(text: string): true {
  console.log(text);
  return true;
}

/** Waits until objects are as they are to be. Throws TimeoutError when that takes too long. */
export async function wait(words: readonly string[], options: WaitOptions): Promise<void> {
  const wanted = readAwaited(options.for);
  const targets = targetsOf(words, options);
  if ('every' in targets && options.selector === undefined && !options.all)
    throw new UserError('name what is waited for, choose it by --selector, or say --all');
  const client = createClient(await findAccess(options.state));
  const over = AbortSignal.timeout(options.timeout * 1000);
  const waiting = await waitingFor(client, targets, await filterOf(options));
  const late = ({ kind, nameOrId }: Waiting) =>
    new TimeoutError(`${kind.name}/${nameOrId} is not so after ${options.timeout} s: ${options.for}`);
  await Promise.all(
    waiting.map(async (one) => {
      if (!(await awaitOne(client, one, wanted, over))) throw late(one);
    }),
  );
}
