import { type DesiredPull, stateChecksum } from '@weft/model';
import { beginEpoch } from '@weft/store';
import { eventually } from '@weft/testing';
import fc from 'fast-check';
import pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { pulls } from '../src/agent/pull.ts';
import { type Database, openDatabase } from '../src/database/database.ts';
import { addNode, pod, podReport, request, service, testCluster } from './support/cluster.ts';
import { EVENTS, HAPPEN } from './support/events.ts';
import { comparable, pullOnto } from './support/pull.ts';

test('the first pull is a snapshot, the next a delta that holds only what changed', async () => {
  const { store } = await testCluster();
  const [one, two] = [await addNode(store, 'node-1'), await addNode(store, 'node-2')];
  await store.services.create(request(), service('svc', { selector: { app: 'a' } }));
  const first = await store.agent.pull(one.id, null);
  expect(first).toMatchObject({
    kind: 'snapshot',
    nodes: [{ name: 'node-1' }, { name: 'node-2' }],
    services: [{ name: 'svc' }],
    removed: [],
  });
  expect(first.checksum).toBe(stateChecksum(first));

  const { object } = await store.pods.create(request(), pod('pod-a', { node: 'node-2', labels: { app: 'a' } }));
  expect(await store.agent.pull(one.id, first)).toMatchObject({
    kind: 'delta',
    nodes: [],
    pods: [],
    services: [],
    checksum: first.checksum,
  });
  const second = await store.agent.pull(two.id, first);
  expect(second).toMatchObject({ kind: 'delta', nodes: [], pods: [{ name: 'pod-a', ip: object.ip }], services: [] });

  await two.report({ pods: [podReport(object.id)] });
  const third = await store.agent.pull(two.id, second);
  // Its node need not hear that the pod is ready; every node that its service has an endpoint.
  expect(third).toMatchObject({ pods: [], services: [{ name: 'svc', ports: [{ endpoints: [{ ip: object.ip, port: 80 }] }] }] });

  await store.pods.delete(request(), object.id, 'any');
  expect((await store.agent.pull(two.id, third)).removed).toEqual([object.id]);
  expect((await store.agent.pull(one.id, third)).removed).toEqual([]);
});

test('a node of another epoch, from the future or from before what is kept gets a snapshot', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const { epoch, revision } = await store.cluster.get();
  const kindOf = async (since: { epoch: string; revision: number }) => (await store.agent.pull(node.id, since)).kind;
  expect(await kindOf({ epoch, revision: revision - 1 })).toBe('delta');
  expect(await kindOf({ epoch: 'another', revision })).toBe('snapshot');
  expect(await kindOf({ epoch, revision: revision + 1 })).toBe('snapshot');
  await store.upkeep.trimHistory(0);
  expect(await kindOf({ epoch, revision: revision - 1 })).toBe('snapshot');
  expect(await kindOf({ epoch, revision })).toBe('delta');
});

test('settings travel with every pull', async () => {
  const { store } = await testCluster();
  const node = await addNode(store, 'node-1');
  const before = await pullOnto(store, node, null);
  expect((await store.cluster.update(request(), 'any', { overlay: 'vxlan' })).concerns).toBe('all');
  expect((await pullOnto(store, node, before)).cluster.overlay).toBe('vxlan');
});

test('after anything that may happen, a delta on top of what a node has is the same as a fresh snapshot', async () => {
  // Whoever is asked for everything reads all versions anew: that is another replica here, so that those of the first are carried on.
  const { store, replicas } = await testCluster({ replicas: 2 });
  const fresh = replicas[1] ?? store;
  const world = { store, node: await addNode(store, 'node-1'), other: await addNode(store, 'node-2'), step: 0 };
  let held = await pullOnto(store, world.other, null);
  // What a node gets that is content with what others were told has to be true of some moment as well.
  let patient = await pullOnto(store, world.node, null);
  const moments = new Map([[patient.revision, comparable(patient)]]);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...EVENTS), fc.nat(1000)), { minLength: 1, maxLength: 8 }), async (events) => {
      for (const [event, n] of events) {
        world.step += 1;
        await HAPPEN[event](world, n);
      }
      held = await pullOnto(store, world.other, held);
      expect(comparable(held)).toEqual(comparable(await pullOnto(fresh, world.other, null)));
      const now = await pullOnto(fresh, world.node, null);
      moments.set(now.revision, comparable(now));
      patient = await pullOnto(store, world.node, patient, patient.revision + 1);
      expect(comparable(patient)).toEqual(moments.get(patient.revision));
    }),
    { numRuns: 40 },
  );
});

test('nodes that ask together are each told what they would be told alone, wherever they are', async () => {
  const { store } = await testCluster();
  const nodes = await Promise.all([1, 2, 3, 4].map((n) => addNode(store, `node-${n}`)));
  const ids = nodes.map(({ id }) => id);
  const points = [null, await store.agent.pull(ids[0] ?? '', null)];
  await store.services.create(request(), service('svc', { selector: { app: 'a' } }));
  for (const n of [1, 2, 3]) await store.pods.create(request(), pod(`pod-${n}`, { node: `node-${n}`, labels: { app: 'a' } }));
  points.push(await store.agent.pull(ids[0] ?? '', null));
  const { object } = await store.services.create(request(), service('gone'));
  points.push(await store.agent.pull(ids[0] ?? '', null));
  await store.services.delete(request(), object.id, 'any');
  const questions = ids.flatMap((id) => points.map((since) => [id, since] as const));
  const alone = [];
  for (const [id, since] of questions) alone.push(await store.agent.pull(id, since));
  const nobody = store.agent.pull('node_nobody', null);
  const [together, refused] = await Promise.all([
    Promise.all(questions.map(([id, since]) => store.agent.pull(id, since))),
    nobody.catch((error: unknown) => error),
  ]);
  expect(together).toEqual(alone);
  expect(refused).toMatchObject({ code: 'NotFound' });
});

test('what was read for all serves whoever asks for no more, unless something of its own is newer', async () => {
  const { store } = await testCluster();
  const [one, two, three] = [await addNode(store, 'node-1'), await addNode(store, 'node-2'), await addNode(store, 'node-3')];
  const names = async (node: typeof one, since: DesiredPull | null, atLeast: number | null) => {
    const answer = await store.agent.pull(node.id, since, atLeast);
    return { revision: answer.revision, names: answer.services.map(({ name }) => name).sort(), answer };
  };
  const { answer: start } = await names(one, null, null);
  const first = (await store.services.create(request(), service('first'))).revision;
  const told = await names(one, start, first);
  expect(told).toMatchObject({ revision: first, names: ['first'] });

  const second = (await store.services.create(request(), service('second'))).revision;
  const shared = await names(two, start, first);
  expect(shared).toMatchObject({ revision: first, names: ['first'] });
  expect(shared.answer.services).toBe((await names(three, start, first)).answer.services);
  expect(await names(two, start, second)).toMatchObject({ revision: second, names: ['first', 'second'] });

  const third = (await store.services.create(request(), service('third'))).revision;
  expect(await names(two, start, null)).toMatchObject({ revision: third, names: ['first', 'second', 'third'] });
  await store.pods.create(request(), pod('pod', { node: 'node-3' }));
  const own = await names(three, start, third);
  expect(own.answer.pods).toMatchObject([{ name: 'pod' }]);
  expect(own.revision).toBeGreaterThan(third);
  // Where nodes were led to last is read with what is asked for, so that they come to one revision again.
  const fourth = (await store.services.create(request(), service('fourth'))).revision;
  const [left, right] = [await names(one, told.answer, fourth), await names(three, own.answer, fourth)];
  expect([left.revision, right.revision]).toEqual([fourth, fourth]);
  expect([left.names, right.names]).toEqual([['fourth', 'second', 'third'], ['fourth']]);
});

test('nobody is served by what was read before the database was restored', async () => {
  const { store, databaseUrl } = await testCluster();
  const node = await addNode(store, 'node-1');
  const before = await store.agent.pull(node.id, null);
  await store.services.create(request(), service('svc'));
  const { revision } = await store.agent.pull(node.id, before);
  await beginEpoch({ databaseUrl });
  expect(await store.agent.pull(node.id, before, revision)).toMatchObject({ kind: 'snapshot' });
});

test('whoever asks for everything is told the sum of that, whatever was carried on, and all others from then on', async () => {
  const { store, databaseUrl } = await testCluster();
  const node = await addNode(store, 'node-1');
  await store.services.create(request(), service('svc'));
  const rewrite = async (revision: number) => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query('UPDATE service SET dataplane_revision = $1', [revision]);
    await client.end();
  };
  const held = await store.agent.pull(node.id, null);
  const isRight = (pull: DesiredPull) => pull.checksum === stateChecksum(pull);
  expect(isRight(held)).toBe(true);
  // As nobody may: behind the back of who carries it on.
  await rewrite(1);
  const unasked = { epoch: held.epoch, revision: held.revision + 1 };
  expect(isRight(await store.agent.pull(node.id, null))).toBe(true);
  await rewrite(2);
  expect((await store.agent.pull(node.id, unasked)).kind).toBe('snapshot');
  expect(isRight(await store.agent.pull(node.id, unasked))).toBe(true);
});

test('whoever asks for what is being read waits for it, and it is read once', async () => {
  const { store, databaseUrl } = await testCluster();
  const nodes = [await addNode(store, 'node-1'), await addNode(store, 'node-2'), await addNode(store, 'node-3')];
  const held = await store.agent.pull(nodes[0]?.id ?? '', null);
  const { revision } = await store.services.create(request(), service('svc'));
  const database = openDatabase({ databaseUrl });
  onTestFinished(() => database.close());
  const gate = Promise.withResolvers<void>();
  let begun = 0;
  const slow: Database = {
    ...database,
    read: async (work) => {
      begun += 1;
      const answer = await database.read(work);
      await gate.promise;
      return answer;
    },
  };
  const pull = pulls(slow);
  const [first, ...others] = nodes.map(({ id }) => id);
  const asked = [pull(first ?? '', held, revision)];
  await eventually('the first to be read', () => begun === 1);
  // Two may be under way, so the next one would be asked at once.
  asked.push(...others.map((id) => pull(id, held, revision)));
  await new Promise(setImmediate);
  expect(begun).toBe(1);
  gate.resolve();
  const [one, ...rest] = await Promise.all(asked);
  expect(one?.services).toHaveLength(1);
  for (const other of rest) expect(other.services).toBe(one?.services);
});

test('what was read serves nodes that are further on, and they are told no more than they lack', async () => {
  const { store } = await testCluster();
  const [one, two] = [await addNode(store, 'node-1'), await addNode(store, 'node-2')];
  const start = await store.agent.pull(one.id, null);
  await store.services.create(request(), service('first'));
  const gone = await store.services.create(request(), service('gone'));
  const further = await store.agent.pull(two.id, null);
  await store.services.delete(request(), gone.object.id, 'any');
  const { revision } = await store.services.create(request(), service('second'));
  const read = await store.agent.pull(one.id, start, revision);
  expect(read.services.map(({ name }) => name).sort()).toEqual(['first', 'second']);
  await store.services.create(request(), service('third'));
  const served = await store.agent.pull(two.id, further, revision);
  expect(served).toMatchObject({ revision, services: [{ name: 'second' }], removed: [gone.object.id] });
});

test('what was read last is read on top of, and still brings a node that was away for longer than it is kept', async () => {
  const { store } = await testCluster();
  const [one, two] = [await addNode(store, 'node-1'), await addNode(store, 'node-2')];
  const start = await store.agent.pull(one.id, null);
  const first = await store.services.create(request(), service('first'));
  const further = await store.agent.pull(one.id, start, first.revision);
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 25_000);
  onTestFinished(() => clock.mockRestore());
  const second = await store.services.create(request(), service('second'));
  const [late, other] = await Promise.all([
    store.agent.pull(two.id, start, second.revision),
    store.agent.pull(one.id, further, second.revision),
  ]);
  expect(late).toMatchObject({ kind: 'delta', revision: second.revision, checksum: other.checksum });
  expect(late.services.map(({ name }) => name).sort()).toEqual(['first', 'second']);
  expect(other.services.map(({ name }) => name)).toEqual(['second']);
  await store.services.delete(request(), first.object.id, 'any');
  const third = await store.services.create(request(), service('third'));
  expect(await store.agent.pull(two.id, start, third.revision)).toMatchObject({
    kind: 'delta',
    services: [{ name: 'second' }, { name: 'third' }],
    removed: [first.object.id],
  });
  expect(await store.agent.pull(one.id, other, third.revision)).toMatchObject({
    services: [{ name: 'third' }],
    removed: [first.object.id],
  });
});
