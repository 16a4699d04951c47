import type { HintSender } from '@weft/jobs';
import type { Store } from '@weft/store';
import { createLogger } from '@weft/telemetry';
import { expect, it, vi } from 'vitest';
import { Dispatcher } from '../src/dispatch/dispatcher.ts';
import type { Admission } from '../src/http/admission.ts';
import { Metrics } from '../src/metrics.ts';

/** A dispatcher for a fleet of so many nodes, and what each was told: revisions in their order. */
function fleetOf(size: number, admission = { pullsUnderWay: 0 }) {
  const told = new Map(Array.from({ length: size }, (_, n): [string, number[]] => [`node-${n}`, []]));
  const store = {
    fleet: { nodes: async () => [...told.keys()].map((name) => ({ id: name.replace('-', '_'), name })) },
  } as unknown as Store;
  const hints: HintSender = {
    hint: async (name, revision) => void told.get(name)?.push(revision),
    close: async () => undefined,
  };
  return { told, store, dispatcher: new Dispatcher(store, hints, admission as Admission, new Metrics(), createLogger('test', 'silent')) };
}

it('wakes all nodes at once for a change, and in turns for a storm of them, of which none is lost', async () => {
  const { told, dispatcher } = fleetOf(100);
  for (let revision = 1; revision <= 200; revision += 1) {
    dispatcher.wake('all', revision);
    if (revision % 20 === 1) await new Promise(setImmediate);
  }
  await dispatcher.settled();
  for (const revisions of told.values()) {
    expect(revisions[0]).toBe(1);
    expect(revisions.at(-1)).toBe(200);
    expect(revisions.length).toBeLessThan(20);
  }
});

it('wakes nobody of a node that has just joined until that has applied what came with it', async () => {
  const { told, dispatcher } = fleetOf(3);
  dispatcher.wakeAfter('node_2', 'all', 5);
  dispatcher.wake(['node-0'], 4);
  await dispatcher.settled();
  expect([...told.values()]).toEqual([[4], [], []]);
  dispatcher.applied('node_2', 5);
  await dispatcher.settled();
  expect([...told.values()]).toEqual([[4, 5], [5], [5]]);
});

it('does not wake all nodes for a node that has just joined when they were told of something newer meanwhile', async () => {
  const { told, dispatcher } = fleetOf(3);
  dispatcher.wakeAfter('node_2', 'all', 5);
  dispatcher.wake('all', 6);
  await dispatcher.settled();
  dispatcher.applied('node_2', 6);
  await dispatcher.settled();
  expect([...told.values()]).toEqual([[6], [6], [6]]);
  dispatcher.wakeAfter('node_1', 'all', 7);
  dispatcher.waitForNobody();
  await dispatcher.settled();
  expect([...told.values()]).toEqual([
    [6, 7],
    [6, 7],
    [6, 7],
  ]);
});

it('wakes no more nodes than can be answered', async () => {
  const busy = { pullsUnderWay: 500 };
  const { told, dispatcher } = fleetOf(100, busy);
  dispatcher.wake('all', 1);
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  expect([...told.values()].flat()).toEqual([]);
  busy.pullsUnderWay = 0;
  await dispatcher.settled();
  expect([...told.values()].flat()).toHaveLength(100);
});

it('wakes nodes again when those woken before are back, two cohorts at a time', async () => {
  const { told, dispatcher } = fleetOf(300);
  const times = (name: string) => told.get(name)?.length;
  dispatcher.wake('all', 1);
  await new Promise(setImmediate);
  dispatcher.wake('all', 2);
  const back = (first: number, last: number, revision: number) => {
    for (let n = first; n < last; n += 1) dispatcher.applied(`node_${n}`, revision);
  };
  back(0, 300, 1);
  await vi.waitFor(() => expect([times('node-0'), times('node-128'), times('node-256')]).toEqual([2, 2, 1]));
  back(0, 128, 2);
  await dispatcher.settled();
  expect([...told.values()].every((revisions) => revisions.at(-1) === 2)).toBe(true);
});

it('waits for nobody when it is to end, and leaves nobody out', async () => {
  // Those on their way would be waited for longer than this may take.
  const { told, dispatcher } = fleetOf(20_000);
  dispatcher.wake('all', 1);
  dispatcher.wake('all', 2);
  await vi.waitFor(() => expect(told.get('node-255')).toEqual([2]));
  dispatcher.waitForNobody();
  await dispatcher.settled();
  expect([...told.values()].every((revisions) => revisions.at(-1) === 2)).toBe(true);
});

it('wakes the nodes that it knows of when nobody can say which there are', async () => {
  const { told, dispatcher, store } = fleetOf(3);
  dispatcher.wake('all', 1);
  await dispatcher.settled();
  store.fleet.nodes = () => Promise.reject(new Error('the database is away'));
  dispatcher.waitForNobody();
  dispatcher.wake('all', 2);
  await dispatcher.settled();
  expect([...told.values()]).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
});

it('asks for the fleet once in a while in a storm, and again when a node has joined', async () => {
  const { told, dispatcher, store } = fleetOf(2);
  const asked = vi.spyOn(store.fleet, 'nodes');
  dispatcher.wake('all', 1);
  await dispatcher.settled();
  dispatcher.waitForNobody();
  for (const revision of [2, 3]) {
    dispatcher.wake('all', revision);
    await dispatcher.settled();
  }
  expect(asked).toHaveBeenCalledTimes(1);
  told.set('node-2', []);
  dispatcher.wakeAfter('node_2', 'all', 4);
  dispatcher.applied('node_2', 4);
  await dispatcher.settled();
  expect(told.get('node-2')).toEqual([4]);
});

it('tells those whose turn comes late of what is newest by then, and the others with their next', async () => {
  const from = performance.now();
  const awake = () => [...told.values()].filter((revisions) => revisions.length > 0).length;
  const busy = {
    get pullsUnderWay() {
      if (awake() === 0 || performance.now() - from > 200) return 0;
      dispatcher.wake('all', 2);
      return 500;
    },
  };
  const { told, dispatcher } = fleetOf(300, busy);
  dispatcher.wake('all', 1);
  await vi.waitFor(() => expect(awake()).toBe(256));
  dispatcher.waitForNobody();
  await dispatcher.settled();
  expect(new Set([...told.values()].map(([first]) => first))).toEqual(new Set([1, 2]));
  expect([...told.values()].every((revisions) => revisions.at(-1) === 2)).toBe(true);
});

it('wakes a node that is named between two turns', async () => {
  const { told, dispatcher } = fleetOf(300);
  dispatcher.wake('all', 1);
  await new Promise(setImmediate);
  dispatcher.wake('all', 2);
  dispatcher.wake(['node-7'], 3);
  await vi.waitFor(() => expect(told.get('node-7')).toEqual([1, 3]));
  dispatcher.waitForNobody();
  dispatcher.wake('all', 2);
  await dispatcher.settled();
  expect(told.get('node-7')).toEqual([1, 3, 2]);
  expect(told.get('node-8')).toEqual([1, 2]);
});

it('goes on with all nodes while a node is named again and again', async () => {
  const { told, dispatcher } = fleetOf(300);
  const untold: number[] = [];
  const again = told.get('node-0') ?? [];
  again.push = (revision) => {
    untold.push([...told.values()].filter((revisions) => revisions !== again && revisions.length === 0).length);
    if (revision < 100) dispatcher.wake(['node-0'], revision + 1);
    return revision;
  };
  dispatcher.wake('all', 1);
  dispatcher.wake(['node-0'], 2);
  await dispatcher.settled();
  expect(untold[20]).toBe(0);
});
