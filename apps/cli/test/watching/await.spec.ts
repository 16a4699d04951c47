import { createClient } from '@weft/sdk';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { awaitTargets } from '../../src/commands/wait.ts';
import { readTargets } from '../../src/objects/targets.ts';
import { readAwaited } from '../../src/watching/condition.ts';

const service = (name: string, phase = 'Pending') => ({
  id: `svc_${name}`,
  name,
  namespace: 'shop',
  status: { phase, nodes: { applied: 0, desired: 1 } },
});

const synced = { type: 'BOOKMARK', revision: 1, synced: true };
const added = (name: string, phase?: string) => ({ type: 'ADDED', object: service(name, phase) });
const changed = (name: string, phase?: string) => ({ type: 'MODIFIED', object: service(name, phase) });
const deleted = (name: string) => ({ type: 'DELETED', object: service(name) });

const problem = (status: number, code: string) =>
  Response.json({ type: 'x', title: code, status, detail: code, code, requestId: '', retryable: false, errors: [] }, { status });

/** A connection that stays open after these events, as those of watches do. */
const open = (events: readonly object[], signal: AbortSignal) =>
  new Response(
    new ReadableStream<Uint8Array>({
      start(stream) {
        const text = events.map((event, at) => `id: e.${at}\ndata: ${JSON.stringify(event)}\n\n`).join('');
        stream.enqueue(new TextEncoder().encode(text));
        signal.addEventListener('abort', () => stream.error(signal.reason));
      },
    }),
  );

/** What an API has: what it lists, what its watches tell one after the other, and what can still be read by id. */
interface World {
  readonly listed?: readonly string[];
  readonly watches: readonly (readonly object[] | 'Expired')[];
  readonly readable?: readonly string[];
  /** Phases that readings of one by its id show, one after the other. */
  readonly phases?: readonly string[];
}

let printed: string[];
beforeEach(() => {
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
});
afterEach(() => void vi.restoreAllMocks());

/** Waits in a world; the queries of the watches that it took. */
async function awaiting(world: World, words: readonly string[], until: string, selector?: string, seconds = 20): Promise<string[]> {
  const queries: string[] = [];
  const phases = [...(world.phases ?? [])];
  const fetch = async ({ url, signal }: Request) => {
    const { pathname, searchParams } = new URL(url);
    if (searchParams.has('watch')) {
      searchParams.delete('watch');
      searchParams.sort();
      const answer = world.watches[queries.push(`${pathname}?${decodeURIComponent(`${searchParams}`)}`) - 1] ?? [];
      return answer === 'Expired' ? problem(410, 'Expired') : open(answer, signal);
    }
    if (pathname === '/pods') return Response.json({ items: [], nextCursor: null, revision: 1 });
    if (pathname === '/services')
      return Response.json({ items: (world.listed ?? []).map((name) => service(name)), nextCursor: null, revision: 1 });
    const id = pathname.split('/').at(-1) ?? '';
    const phase = phases.shift();
    if (phase !== undefined) return Response.json(service(id.slice('svc_'.length), phase));
    return world.readable?.includes(id) ? Response.json({ id }) : problem(404, 'NotFound');
  };
  const client = createClient({ url: 'http://weft.test', token: 't', fetch });
  const filter = { namespace: 'shop', ...(selector === undefined ? {} : { selector }) };
  await awaitTargets(client, readTargets(words), filter, readAwaited(until), seconds);
  return queries;
}

it('takes one watch of a kind for all that labels choose, narrowed as they are', async () => {
  const world = {
    listed: ['a', 'b', 'c'],
    watches: [
      [added('a', 'Programmed'), added('b'), added('c'), added('later'), synced, changed('c', 'Programmed'), changed('b', 'Programmed')],
    ],
  };
  expect(await awaiting(world, ['svc,po'], 'phase=Programmed', 'app=web')).toEqual(['/services?labelSelector=app=web&namespace=shop']);
  expect(printed).toEqual(['service/shop/a is so', 'service/shop/c is so', 'service/shop/b is so']);
});

it('waits for what is not there yet, by its name', async () => {
  expect(await awaiting({ watches: [[synced, added('a', 'Programmed')]] }, ['svc/a'], 'phase=Programmed')).toEqual([
    '/services?name=a&namespace=shop',
  ]);
});

it('says that nothing is chosen, unless that is what was waited for', async () => {
  await expect(awaiting({ watches: [] }, ['svc'], 'phase=Programmed', 'app=web')).rejects.toThrow('no object is chosen');
  expect(await awaiting({ watches: [] }, ['svc'], 'delete', 'app=web')).toEqual([]);
});

it('ends at once when one is deleted that was to become so', async () => {
  const world = { listed: ['a', 'b'], watches: [[added('a'), added('b'), synced, deleted('b')]] };
  await expect(awaiting(world, ['svc'], 'phase=Programmed')).rejects.toThrow('service/shop/b was deleted');
  const byName = {
    watches: [
      [added('a'), synced],
      [added('b'), synced, deleted('b')],
    ],
  };
  await expect(awaiting(byName, ['svc', 'a', 'b'], 'phase=Programmed')).rejects.toThrow('service/shop/b was deleted');
});

it('finds out what went between the list and the watch', async () => {
  const world = { listed: ['a', 'b'], watches: [[added('a'), synced, deleted('a')]] };
  await awaiting(world, ['svc'], 'delete');
  expect(printed).toEqual(['service/shop/b is gone', 'service/shop/a is gone']);
});

it('tells what is deleted from what labels do not choose any more', async () => {
  const world = { listed: ['a'], watches: [[added('a'), synced, deleted('a')]] };
  await awaiting(world, ['svc'], 'delete', 'app=web');
  expect(printed).toEqual(['service/shop/a is gone']);
  await expect(awaiting({ ...world, readable: ['svc_a'] }, ['svc'], 'delete', 'app=web')).rejects.toThrow(
    'service/shop/a has other labels now: app=web does not choose it any more',
  );
});

it('starts over when it was too far behind', async () => {
  const world: World = {
    listed: ['a', 'b'],
    watches: ['Expired', [added('a'), added('b'), synced, changed('a', 'Programmed'), changed('b', 'Programmed')]],
  };
  await awaiting(world, ['svc'], 'phase=Programmed');
  expect(printed).toEqual(['service/shop/a is so', 'service/shop/b is so']);
});

it('says at the end of its time what is not so', async () => {
  const world = { listed: ['a', 'b'], watches: [[added('a', 'Programmed'), added('b'), synced]] };
  await expect(awaiting(world, ['svc'], 'phase=Programmed', undefined, 0.2)).rejects.toMatchObject({
    name: 'TimeoutError',
    message: 'not so after 0.2 s: service/shop/b',
  });
});

it('looks again at whatever it still waits for, also at what has settled otherwise', async () => {
  const world = { watches: [[added('a', 'Frozen'), synced]], phases: ['Frozen', 'Programmed'] };
  await awaiting(world, ['svc/a'], 'phase=Programmed');
  await awaiting({ watches: [[added('a', 'Programmed'), synced]], phases: ['Failed'] }, ['svc/a'], 'phase=Failed');
  expect(printed).toEqual(['service/shop/a is so', 'service/shop/a is so']);
});
