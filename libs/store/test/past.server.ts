import { type DesiredState, stateChecksum } from '@weft/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addNode, testCluster } from './support/cluster.ts';
import { EVENTS, HAPPEN, type World } from './support/events.ts';
import { comparable, pullOnto } from './support/pull.ts';

interface Pulled {
  readonly nodeId: string;
  readonly state: DesiredState;
}

/** A cluster that something happens to again and again, and what its nodes pulled after each time. */
async function history(changes: number) {
  const cluster = await testCluster();
  const { store } = cluster;
  const world: World = { store, node: await addNode(store, 'node-1'), other: await addNode(store, 'node-2'), step: 0 };
  const events = fc.sample(fc.tuple(fc.constantFrom(...EVENTS), fc.nat(1000)), changes);
  const pulled: Pulled[] = [];
  for (const [event, n] of events) {
    world.step += 1;
    await HAPPEN[event](world, n);
    for (const { id } of [world.node, world.other])
      pulled.push({ nodeId: id, state: await pullOnto(store, world.node.id === id ? world.node : world.other, null) });
  }
  return { ...cluster, pulled };
}

test('what a node had to make true at any revision is told as it pulled it then', async () => {
  const { store, pulled } = await history(220);
  for (const { nodeId, state } of pulled) {
    const told = await store.past.desired(nodeId, state.revision);
    expect(comparable(told.state)).toEqual(comparable(state));
    expect(told.checksum).toBe(stateChecksum(state));
  }
});
