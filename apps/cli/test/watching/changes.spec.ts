import { createClient } from '@weft/sdk';
import { expect, it } from 'vitest';
import { KINDS } from '../../src/kinds/all-kinds.ts';
import { readTargets } from '../../src/objects/targets.ts';
import { type Change, changesOf, watchedOf } from '../../src/watching/watch-and-print.ts';

const status = { phase: 'Programmed', nodes: { applied: 1, desired: 1 } };
const service = (name: string) => ({ id: `svc_${name}`, name, namespace: 'shop', status });

const events = (...all: readonly object[]) =>
  new Response(all.map((event, at) => `id: e.${at}\ndata: ${JSON.stringify(event)}\n\n`).join(''));

const expired = () =>
  Response.json(
    { type: 'x', title: 'Expired', status: 410, detail: '', code: 'Expired', requestId: '', retryable: false, errors: [] },
    { status: 410 },
  );

/** The first changes of some targets, from an API that answers watches with these. */
async function changes(words: readonly string[], count: number, answers: readonly Response[]): Promise<Change[]> {
  const asked: string[] = [];
  const fetch = async ({ url }: Request) => {
    asked.push(url);
    return answers[asked.length - 1] ?? expired();
  };
  const client = createClient({ url: 'http://weft.test', token: 't', fetch });
  const all: Change[] = [];
  const stop = new AbortController();
  for await (const change of changesOf(client, watchedOf(readTargets(words), { namespace: 'shop' }), stop.signal)) {
    all.push(change);
    if (all.length === count) break;
  }
  return all;
}

const told = (all: readonly Change[]) => all.map(({ type, object, first }) => `${type} ${object.name}${first ? ' (was there)' : ''}`);

const synced = { type: 'BOOKMARK', revision: 1, synced: true };

it('tells what was there from what happens then', async () => {
  const answer = events(
    { type: 'ADDED', object: service('a') },
    synced,
    { type: 'MODIFIED', object: service('a') },
    { type: 'DELETED', object: service('a') },
  );
  expect(told(await changes(['svc'], 3, [answer]))).toEqual(['ADDED a (was there)', 'MODIFIED a', 'DELETED a']);
});

it('starts over when it was too far behind', async () => {
  const first = events({ type: 'ADDED', object: service('a') }, synced);
  const then = events({ type: 'ADDED', object: service('b') }, synced, { type: 'MODIFIED', object: service('b') });
  expect(told(await changes(['svc'], 3, [first, expired(), then]))).toEqual(['ADDED a (was there)', 'ADDED b (was there)', 'MODIFIED b']);
});

it('leaves out what was not named', async () => {
  const answer = events({ type: 'ADDED', object: service('a') }, { type: 'ADDED', object: service('b') }, synced);
  expect(told(await changes(['svc/b'], 1, [answer]))).toEqual(['ADDED b (was there)']);
});

it('watches one kind, in one namespace', () => {
  expect(() => watchedOf(readTargets(['svc,po']), {})).toThrow('one kind can be watched at a time');
  expect(() => watchedOf(readTargets(['svc/a/x', 'svc/b/x']), {})).toThrow('one namespace can be watched at a time');
  expect(watchedOf(readTargets(['nodes']), { namespace: 'shop' })).toEqual({
    kind: KINDS.find(({ name }) => name === 'node'),
    filter: {},
    names: null,
  });
});
