import { compile, Ownership, owned, serviceObjects } from '@weft/compiler';
import { inventory } from '@weft/kernel';
import { type DesiredState, type KernelObject, podLinkName } from '@weft/model';
import { desired, node, plan, pod, service, tcp } from '@weft/testing/desired';
import { describe, expect, test } from 'vitest';
import { GOLDEN_STATES } from './golden-states.ts';

const textOf = ({ kind, place, text }: KernelObject) => `${kind} ${place}: ${text}`;

/** What a state comes to on its first node, as a bag of texts. */
const bag = (state: DesiredState) => new Set(inventory(compile(state, 'node_1')).map(textOf));

describe.each(GOLDEN_STATES)('%s', (_name, state) => {
  const objects = owned(state, 'node_1');

  test('everything has an owner, in the order of the inventory', () => {
    expect(objects.map(({ owners: _owners, ...object }) => object)).toEqual(inventory(compile(state, 'node_1')));
    expect(objects.filter(({ owners }) => owners.length === 0)).toEqual([]);
  });

  test.each(state.services)('what only $name owns goes with it, and nothing else does', ({ id }) => {
    const left = bag({ ...state, services: state.services.filter((other) => other.id !== id) });
    const mine = objects.filter(({ owners }) => owners.every((owner) => owner.id === id));
    expect(mine.map(textOf)).toEqual(objects.map(textOf).filter((text) => !left.has(text)));
  });

  test.each(state.pods)('what only $name owns goes with it, and nothing else does', ({ id }) => {
    const left = bag({ ...state, pods: state.pods.filter((other) => other.id !== id) });
    const mine = objects.filter(({ owners }) => owners.every((owner) => owner.id === id));
    expect(mine.map(textOf)).toEqual(objects.map(textOf).filter((text) => !left.has(text)));
  });
});

test('what the node owns is there without services, pods, other nodes and ranges', () => {
  for (const [, state] of GOLDEN_STATES) {
    const bare = { ...state, services: [], pods: [], nodes: state.nodes.slice(0, 1) };
    const left = bag({ ...bare, cluster: { ...state.cluster, podCidrs: [], serviceCidrs: [] } });
    const frame = owned(state, 'node_1').filter(({ owners }) => owners.every(({ id }) => id === 'node_1'));
    expect(frame.map(textOf).filter((text) => !left.has(text))).toEqual([]);
  }
});

test('routes to another node are for that node, the ranges for the cluster, a shared chain for all that share it', () => {
  const one = (number: number) => service(number, [tcp(80, [plan.pod(2, 1), plan.pod(2, 2)])]);
  const state = desired({ nodes: [node(1), node(2)], pods: [pod(1)], services: [one(1), one(2)] });
  const names = new Map(owned(state, 'node_1').map((object) => [`${object.kind} ${object.key}`, object.owners.map(({ name }) => name)]));
  expect(names.get('route 100.64.2.0/24')).toEqual(['node-2']);
  expect(names.get('nft-element 198.19.0.0/16')).toEqual(['cluster']);
  expect(names.get('nft-chain service-pick-2')).toEqual(['service-1', 'service-2']);
  expect(names.get(`link ${podLinkName(pod(1).id)}`)).toEqual(['pod-1']);
  expect(names.get('link weft0')).toEqual(['node-1']);
});

test('one service is told of without the others', () => {
  const state = desired({ services: [service(1, [tcp(80, [plan.pod(2, 1)])]), service(2, [tcp(80, [])])] });
  const [first] = state.services;
  if (first === undefined) throw new Error('no service');
  const ownership = Ownership.of(state, 'node_1');
  const objects = serviceObjects(state, node(1))(first);
  expect(objects.length).toBeGreaterThan(3);
  for (const object of objects) expect(ownership.ownersOf(object).map(({ id }) => id)).toContain(first.id);
});
