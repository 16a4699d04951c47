import { compile, foldPlans, Ownership, planFor } from '@weft/compiler';
import { compareInventories, inventory } from '@weft/kernel';
import type { DesiredState, KernelObject } from '@weft/model';
import { desired, node, plan, pod, service, tcp } from '@weft/testing/desired';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GOLDEN_STATES } from '../inventory/golden-states.ts';
import { changes } from './changes.ts';

const objectsOf = (state: DesiredState) => inventory(compile(state, 'node_1'));

const textOf = ({ kind, place, text }: KernelObject) => `${kind} ${place}: ${text}`;

/** What a plan says all in all, whoever it is for. */
function told({ groups }: ReturnType<typeof planFor>) {
  return {
    added: groups.flatMap(({ added }) => added.map(textOf)).sort(),
    removed: groups.flatMap(({ removed }) => removed.map(textOf)).sort(),
    replaced: groups.flatMap(({ replaced }) => replaced.map(({ before, after }) => `${textOf(before)} => ${textOf(after)}`)).sort(),
    moved: groups.flatMap(({ moved }) => moved.map(textOf)).sort(),
  };
}

/** The same of everything that there is. */
function wholly(before: DesiredState, after: DesiredState) {
  const difference = compareInventories(objectsOf(before), objectsOf(after));
  const totals = { added: 0, removed: 0, replaced: 0, moved: 0 };
  return told({ groups: [{ owner: { kind: 'cluster', id: 'cluster', namespace: null, name: 'cluster' }, ...difference }], totals });
}

/** Whatever a plan tells of is told with one that owns it. */
function expectOwners(before: DesiredState, after: DesiredState): void {
  const [was, is] = [Ownership.of(before, 'node_1'), Ownership.of(after, 'node_1')];
  for (const { owner, added, removed, replaced, moved } of planFor(before, after, 'node_1').groups) {
    for (const object of [...added, ...moved, ...replaced.map(({ after: now }) => now)]) expect(is.ownersOf(object)).toContainEqual(owner);
    for (const object of removed) expect(was.ownersOf(object)).toContainEqual(owner);
  }
}

describe.each(['nftables', 'iptables', 'ipvs'] as const)('on %s', (backend) => {
  test('a plan says exactly what becomes otherwise, however few services it looks at', () => {
    fc.assert(
      fc.property(changes(backend), ([before, after]) => {
        const made = planFor(before, after, 'node_1');
        expect(told(made)).toEqual(wholly(before, after));
        expect(made.totals).toEqual({
          added: told(made).added.length,
          removed: told(made).removed.length,
          replaced: told(made).replaced.length,
          moved: told(made).moved.length,
        });
      }),
      { numRuns: 100 },
    );
  });

  test('everything is told with one that owns it', () => {
    fc.assert(
      fc.property(changes(backend), ([before, after]) => expectOwners(before, after)),
      { numRuns: 40 },
    );
  });
});

test('from every golden state to the next one of its backend', () => {
  GOLDEN_STATES.forEach(([name, after], at) => {
    const before = GOLDEN_STATES[at - 1];
    if (before === undefined || before[0].split(':')[0] !== name.split(':')[0]) return;
    expect(told(planFor(before[1], after, 'node_1')), `${before[0]} to ${name}`).toEqual(wholly(before[1], after));
  });
});

const web = (endpoints: readonly string[]) => service(1, [tcp(80, endpoints)], { name: 'web' });
const other = service(2, [tcp(80, [plan.pod(2, 1), plan.pod(2, 2)])]);

test('one endpoint more adds an element and has the service draw among more lots, and says so of that service alone', () => {
  const before = desired({ services: [web([plan.pod(2, 1)]), other] });
  const after = desired({ services: [web([plan.pod(2, 1), plan.pod(3, 1)]), other] });
  const { groups, totals } = planFor(before, after, 'node_1');
  expect(groups.map(({ owner }) => owner)).toEqual([{ kind: 'service', id: 'svc_1', namespace: 'default', name: 'web' }]);
  expect(totals).toEqual({ added: 1, removed: 5, replaced: 1, moved: 0 });
  expect(groups[0]?.added.map(({ text }) => text)).toEqual(['198.19.0.1 . tcp . 80 . 0.0.0.1 : 100.64.3.2 . 8080']);
});

test('a node that comes or goes is all that is ours on it', () => {
  const state = desired({ pods: [pod(1)], services: [other] });
  const everything = objectsOf(state);
  expect(planFor(null, state, 'node_1').totals).toMatchObject({ added: everything.length, removed: 0 });
  expect(planFor(state, null, 'node_1').totals).toMatchObject({ added: 0, removed: everything.length });
  expect(planFor(state, state, 'node_1').groups).toEqual([]);
});

test('nodes on which a change comes to the same are told of together, those on which nothing changes not at all', () => {
  const before = desired({ services: [web([plan.pod(3, 1)])] });
  const after = desired({ services: [web([plan.pod(3, 1)]), other] });
  const to = (state: DesiredState, nodeId: string) => [nodeId, planFor(before, state, nodeId)] as const;
  const folded = foldPlans([to(after, 'node_1'), to(before, 'node_2'), to(after, 'node_3')]);
  expect(folded.map(({ nodes }) => nodes)).toEqual([['node_1', 'node_3']]);
});

test('what a service comes to by where other nodes are is told of as that, also when none of them changes', () => {
  const nodes = [node(1, { zone: 'a' }), node(2, { zone: 'a' })];
  const near = service(1, [tcp(80, [plan.pod(1, 1), plan.pod(2, 1)])], { trafficDistribution: 'PreferSameZone' });
  expectOwners(desired({ nodes }), desired({ nodes, services: [near, service(2, [tcp(80, [plan.pod(2, 2)])])] }));
});
