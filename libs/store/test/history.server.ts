import { expect, test } from 'vitest';
import { addNode, pod, podReport, request, service, testCluster } from './support/cluster.ts';

test('a watch sees every change of its kind once and in commit order', async () => {
  const { store, replicas } = await testCluster({ replicas: 2 });
  const node = await addNode(store, 'node-1');
  const { revision: start } = await store.cluster.get();
  const life = async (n: number) => {
    const replica = replicas[n % 2] ?? store;
    const { object } = await replica.pods.create(request(), pod(`pod-${n}`));
    await node.report({ pods: [podReport(object.id)] });
    await replica.pods.delete(request(), object.id, 'any');
  };
  let living = true;
  const lives = Promise.all(Array.from({ length: 12 }, (_, n) => life(n))).finally(() => {
    living = false;
  });
  const seen: { revision: number; type: string; name: string; ready: boolean }[] = [];
  let after = start;
  for (let more = true; more; ) {
    const last = !living;
    const { events, revision } = await store.history.events('pod', { after, limit: 3 });
    seen.push(...events.map((event) => ({ ...event, name: event.object.name, ready: event.object.status.ready })));
    more = !last || revision > after;
    after = revision;
  }
  await lives;
  expect(seen.map((event) => event.revision)).toEqual(seen.map((event) => event.revision).sort((a, b) => a - b));
  for (let n = 0; n < 12; n++) {
    const story = seen.filter((event) => event.name === `pod-${n}`).map(({ type, ready }) => `${type} ${ready}`);
    expect(story).toEqual(['ADDED false', 'MODIFIED true', 'DELETED true']);
  }
});

test('a service tells in its events what nodes have applied as of now', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const { revision } = await store.services.create(request(), service('svc'));
  const phase = async () => {
    const [event] = (await store.history.events('service', { after: 0, limit: 10 })).events;
    return event?.object.status.phase;
  };
  expect(await phase()).toBe('Pending');
  await node.report({ appliedRevision: revision });
  expect(await phase()).toBe('Programmed');
});

test('events are narrowed by namespace, and the answer still says how far it reaches', async () => {
  const { store } = await testCluster();
  await store.namespaces.create(request(), { name: 'team', labels: {} });
  const { revision: first } = await store.services.create(request(), service('svc', { namespace: 'team' }));
  const { revision: second } = await store.services.create(request(), service('svc'));
  const { events, revision } = await store.history.events('service', { after: 0, namespace: 'team', limit: 10 });
  expect(events.map((event) => event.revision)).toEqual([first]);
  expect(revision).toBe(second);
});

test('what is no longer kept is refused, and so is a revision that never was', async () => {
  const { store } = await testCluster();
  await store.services.create(request(), service('svc'));
  await store.services.create(request(), service('other'));
  expect(await store.upkeep.trimHistory(3600)).toBe(0);
  expect(await store.upkeep.trimHistory(0)).toBe(2);
  expect(await store.history.position()).toMatchObject({ revision: 2, oldest: 2 });
  await expect(store.history.events('service', { after: 1, limit: 10 })).rejects.toMatchObject({ code: 'Expired' });
  await expect(store.history.events('service', { after: 3, limit: 10 })).rejects.toMatchObject({ code: 'Expired' });
  expect(await store.history.events('service', { after: 2, limit: 10 })).toEqual({ events: [], revision: 2 });
});

test('of many replicas one claims a period of a task', async () => {
  const { replicas } = await testCluster({ replicas: 3 });
  const claims = await Promise.all(replicas.map((replica) => replica.upkeep.claimPeriod('sweep', 60)));
  expect(claims.filter((claimed) => claimed)).toHaveLength(1);
  expect(await replicas[0]?.upkeep.claimPeriod('another', 60)).toBe(true);
  expect(await replicas[0]?.upkeep.claimPeriod('sweep', 0)).toBe(true);
});
