import type { HintSender } from '@weft/jobs';
import type { Store } from '@weft/store';
import { createLogger } from '@weft/telemetry';
import { expect, it } from 'vitest';
import { Dispatcher } from '../src/dispatch/dispatcher.ts';
import type { Admission } from '../src/http/admission.ts';
import { Metrics } from '../src/metrics.ts';

/** A dispatcher for a fleet of so many nodes, and what each was told: revisions in their order. */
function fleetOf(size: number, admission = { pullsUnderWay: 0 }) {
  const told = new Map(Array.from({ length: size }, (_, n): [string, number[]] => [`node-${n}`, []]));
  const store = { fleet: { nodeNames: async () => [...told.keys()] } } as unknown as Store;
  const hints: HintSender = {
    hint: async (name, revision) => void told.get(name)?.push(revision),
    close: async () => undefined,
  };
  return { told, dispatcher: new Dispatcher(store, hints, admission as Admission, new Metrics(), createLogger('test', 'silent')) };
}

it('wakes all nodes at once for a change, and in waves for a storm of them, of which none is lost', async () => {
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

it('wakes all nodes again when most of them are back, and not before', async () => {
  const { told, dispatcher } = fleetOf(300);
  dispatcher.wake('all', 1);
  await new Promise(setImmediate);
  dispatcher.wake('all', 2);
  const from = performance.now();
  const back = (first: number, last: number) => {
    for (let n = first; n < last; n += 1) dispatcher.applied(`node_${n}`, 1);
  };
  // The shortest wave of so many would be over after 600 ms.
  setTimeout(() => back(0, 100), 400);
  setTimeout(() => back(100, 300), 800);
  await dispatcher.settled();
  expect([...told.values()].every((revisions) => revisions.at(-1) === 2)).toBe(true);
  expect(performance.now() - from).toBeGreaterThan(750);
});

it('tells those that a long wave wakes late of what is newest by then, and all of it with the next', async () => {
  const from = performance.now();
  const awake = () => [...told.values()].filter((revisions) => revisions.length > 0).length;
  const busy = {
    get pullsUnderWay() {
      if (awake() === 0 || performance.now() - from > 1_200) return 0;
      dispatcher.wake('all', 2);
      return 500;
    },
  };
  const { told, dispatcher } = fleetOf(300, busy);
  dispatcher.wake('all', 1);
  await dispatcher.settled();
  expect(new Set([...told.values()].map(([first]) => first))).toEqual(new Set([1, 2]));
  expect([...told.values()].every((revisions) => revisions.at(-1) === 2)).toBe(true);
});

it('wakes a node that is named between two waves', async () => {
  const { told, dispatcher } = fleetOf(300);
  dispatcher.wake('all', 1);
  await new Promise(setImmediate);
  dispatcher.wake('all', 2);
  dispatcher.wake(['node-7'], 3);
  await dispatcher.settled();
  expect(told.get('node-7')).toEqual([1, 3, 2]);
  expect(told.get('node-8')).toEqual([1, 2]);
});

it('goes on with a wave while a node is named again and again', async () => {
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
