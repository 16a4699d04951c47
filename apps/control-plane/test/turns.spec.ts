import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Turns } from '../src/dispatch/turns.ts';

const nodesOf = (size: number) => Array.from({ length: size }, (_, n) => ({ id: `node_${n}`, name: `node-${n}` }));

function turnsOf(size: number): Turns {
  const turns = new Turns();
  turns.settle(nodesOf(size));
  return turns;
}

/** All whose turn it is at a time, by the first of their names. */
function taken(turns: Turns, at: number): { readonly first: string; readonly size: number; readonly revision: number }[] {
  const all = [];
  while (turns.isTurn(at)) {
    const { names, revision } = turns.take(at);
    all.push({ first: names[0] ?? 'nobody', size: names.length, revision });
  }
  return all;
}

/** All of them tell that they have applied a revision. */
function back(turns: Turns, [first, last]: readonly [number, number], revision: number, at: number): void {
  for (let n = first; n <= last; n += 1) turns.applied(`node_${n}`, revision, at);
}

it('wakes all for a change that comes alone, one cohort after the other', () => {
  const turns = turnsOf(300);
  turns.tell(1, 1_000);
  expect(taken(turns, 1_000)).toEqual([
    { first: 'node-0', size: 128, revision: 1 },
    { first: 'node-128', size: 128, revision: 1 },
    { first: 'node-256', size: 44, revision: 1 },
  ]);
  expect(turns.isPending).toBe(false);
});

it('wakes two cohorts at a time while changes keep coming, the one that was woken longest ago first, and each with what is newest', () => {
  const turns = turnsOf(500);
  turns.tell(1, 1_000);
  expect(turns.take(1_000).names[0]).toBe('node-0');
  turns.tell(2, 1_005);
  expect(taken(turns, 1_005)).toEqual([{ first: 'node-128', size: 128, revision: 2 }]);
  turns.tell(3, 1_010);
  back(turns, [0, 127], 1, 1_400);
  expect(taken(turns, 1_400)).toEqual([{ first: 'node-256', size: 128, revision: 3 }]);
  back(turns, [256, 383], 3, 1_700);
  back(turns, [128, 255], 2, 1_700);
  expect(taken(turns, 1_700)).toEqual([
    { first: 'node-384', size: 116, revision: 3 },
    { first: 'node-0', size: 128, revision: 3 },
  ]);
  expect(turns.isPending).toBe(true);
  back(turns, [0, 127], 3, 1_970);
  expect(taken(turns, 1_970)).toEqual([{ first: 'node-128', size: 128, revision: 3 }]);
  // Those between have it already.
  expect(turns.isPending).toBe(false);
});

it('does not wait for those that are on their way for ever', () => {
  const turns = turnsOf(300);
  turns.tell(1, 1_000);
  taken(turns, 1_000);
  turns.tell(2, 1_100);
  expect(taken(turns, 1_100)).toEqual([]);
  expect(turns.waitMs(1_100)).toBe(400 * 2.5 - 100);
  expect(taken(turns, 2_500).map(({ first }) => first)).toEqual(['node-0', 'node-128']);
});

it('wakes everybody at once who is left when nobody is to be waited for any more', () => {
  const turns = turnsOf(500);
  turns.tell(1, 1_000);
  taken(turns, 1_000);
  turns.tell(2, 1_001);
  turns.waitForNobody();
  expect(taken(turns, 1_001).reduce((sum, { size }) => sum + size, 0)).toBe(500);
  expect(turns.isPending).toBe(false);
});

it('takes nodes that are new into cohorts with room, and lets go of those that are gone', () => {
  const turns = turnsOf(200);
  turns.settle(nodesOf(300).slice(50));
  turns.tell(1, 1_000);
  expect(taken(turns, 1_000).map(({ size }) => size)).toEqual([128, 122]);
  turns.settle([]);
  turns.tell(2, 60_000);
  expect(turns.take(60_000).names).toEqual([]);
  expect(turns.isPending).toBe(false);
});

it('has reports stand back for half of what those cost that are on their way, and for a second at the most', () => {
  const turns = turnsOf(300);
  expect(turns.standBackMs(1_000)).toBe(0);
  turns.tell(1, 1_000);
  turns.take(1_000);
  expect(turns.standBackMs(1_000)).toBe(128);
  taken(turns, 1_000);
  expect(turns.standBackMs(1_000)).toBe(300);
  const many = turnsOf(3_000);
  many.tell(1, 1_000);
  taken(many, 1_000);
  expect(many.standBackMs(1_000)).toBe(1_000);
});

/** Plays a storm of 200 changes a second: how often each node was woken, and how long the last was told of nothing, in ms. Nodes that are `heard` tell what they applied after 300 ms. */
function storm(size: number, seconds: number, heard: (n: number) => boolean) {
  const turns = turnsOf(size);
  const wakes = new Map<string, number[]>();
  const coming: { readonly at: number; readonly id: string; readonly revision: number }[] = [];
  for (let at = 0; at < seconds * 1_000; at += 1) {
    if (at % 5 === 0) turns.tell(at / 5 + 1, at);
    while (coming[0] !== undefined && coming[0].at <= at) {
      const { id, revision } = coming.shift() as (typeof coming)[0];
      turns.applied(id, revision, at);
    }
    // The second change comes before anybody is woken for the first.
    while (at > 5 && turns.isTurn(at)) {
      const { names, revision } = turns.take(at);
      for (const name of names) {
        wakes.set(name, [...(wakes.get(name) ?? []), at]);
        const n = Number(name.slice('node-'.length));
        if (heard(n)) coming.push({ at: at + 300, id: `node_${n}`, revision });
      }
    }
  }
  const gaps = (times: readonly number[]) => [...times, seconds * 1_000].map((at, turn) => at - (times[turn - 1] ?? 0));
  return {
    most: Math.max(...[...wakes.values()].map((times) => times.length)),
    least: Math.min(...[...wakes.values()].map((times) => times.length)),
    longest: Math.max(...nodesOf(size).map(({ name }) => Math.max(...gaps(wakes.get(name) ?? [])))),
  };
}

it.each([
  ['all', () => true],
  ['a third', (n: number) => n % 3 === 0],
  ['seven of eight', (n: number) => n % 8 !== 0],
  ['none', () => false],
])('takes a round no longer than its fleet may cost, when %s tell this replica', (_who, heard) => {
  for (const size of [3, 129, 1_000, 3_000]) expect(storm(size, 30, heard).longest).toBeLessThan(size * 2 * 3.5 + 1_000);
});

it('wakes no node far more often than others, however few are left over for the last cohort', () => {
  for (const heard of [() => true, (n: number) => n !== 128]) {
    const { most, least } = storm(129, 10, heard);
    expect(most).toBeLessThan(3 * least);
  }
});

it('parts a fleet anew of which little is left', () => {
  const turns = turnsOf(5_000);
  turns.tell(1, 1_000);
  taken(turns, 1_000);
  turns.tell(2, 60_000);
  turns.settle(nodesOf(5_000).filter((_, n) => n % 10 === 0));
  expect(taken(turns, 60_000).map(({ size }) => size)).toEqual([128, 128, 128, 116]);
});

it('knows what all have been told of', () => {
  const turns = new Turns();
  expect(turns.haveBeenTold(1)).toBe(false);
  turns.settle(nodesOf(200));
  turns.tell(5, 1_000);
  turns.take(1_000);
  expect(turns.haveBeenTold(5)).toBe(false);
  turns.take(1_000);
  expect(turns.haveBeenTold(5)).toBe(true);
  expect(turns.haveBeenTold(6)).toBe(false);
});

it('leaves nobody out, whoever comes and goes and whenever who comes back', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('tell' as const), size: fc.integer({ min: 1, max: 600 }) }),
    fc.record({ kind: fc.constant('back' as const), from: fc.nat(599), count: fc.nat(300) }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(2_000) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const turns = new Turns();
      const told = new Map<string, number>();
      let [size, revision, at] = [0, 0, 1_000];
      const takeAll = () => {
        while (turns.isTurn(at)) {
          const woken = turns.take(at);
          expect(woken.revision).toBe(revision);
          for (const name of woken.names) told.set(name, revision);
        }
      };
      for (const one of steps) {
        if (one.kind === 'tell') {
          revision += 1;
          size = one.size;
          turns.tell(revision, at);
          turns.settle(nodesOf(size));
        }
        if (one.kind === 'back') back(turns, [one.from, one.from + one.count], revision, at);
        if (one.kind === 'pass') at += one.ms;
        takeAll();
      }
      for (let waits = 0; turns.isPending; waits += 1) {
        expect(waits).toBeLessThan(20);
        at += turns.waitMs(at);
        takeAll();
      }
      for (const { name } of nodesOf(size)) expect(told.get(name)).toBe(revision);
    }),
  );
});
