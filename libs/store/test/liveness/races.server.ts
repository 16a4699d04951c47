import { ProblemError } from '@weft/model';
import { expect, test } from 'vitest';
import { addNode, endpoint, FACTS, pod, podReport, request, service, type TestNode, testCluster } from '../support/cluster.ts';
import { timeIn } from '../support/time.ts';

const ALL = { limit: 1000, cursor: null };
const LABELS = { app: 'web' };
const ROUNDS = 12;

/** What may happen to whoever is not alone: somebody else was first, or locks were in the way for a moment. */
const NOT_ALONE = new Set(['InUse', 'NotFound', 'Unavailable', 'AddressTaken', 'NameTaken']);

async function attempt(work: () => Promise<unknown>): Promise<void> {
  await work().catch((error: unknown) => {
    if (!(error instanceof ProblemError && NOT_ALONE.has(error.code))) throw error;
  });
}

test('whatever happens on nodes at once, in the end every endpoint is as its node and its pod are, and is counted once', {
  timeout: 120_000,
}, async () => {
  const { store, databaseUrl, replicas } = await testCluster({ replicas: 3 });
  const [, second = store, third = store] = replicas;
  const time = await timeIn(databaseUrl);
  const nodes: TestNode[] = [];
  for (let at = 1; at <= 4; at++) nodes.push(await addNode(store, `node-${at}`, { ...FACTS, address: `192.0.2.${at}/24` }));
  for (const node of nodes) await store.liveness.renew(node.id, node.session);
  await store.liveness.tick(request(), { periodSeconds: 0.01, heartbeatSeconds: 10 });
  await time.endAmnesty();
  for (const namespace of ['one', 'two']) {
    await store.namespaces.create(request(), { name: namespace, labels: {} });
    await store.services.create(request(), service('web', { namespace, selector: LABELS }));
    await store.services.create(request(), service('hand', { namespace }));
  }
  const round = async (number: number) => {
    const [silent, drained, busy] = [nodes[number % 4], nodes[(number + 1) % 4], nodes[(number + 2) % 4]];
    if (silent === undefined || drained === undefined || busy === undefined) return;
    const namespace = number % 2 === 0 ? 'one' : 'two';
    const { object } = await store.pods.create(request(), pod(`pod-${number}`, { namespace, labels: LABELS, node: silent.name }));
    if (number % 3 === 0) await time.silence(silent.id, 60);
    await Promise.all([
      attempt(() => silent.report({ pods: [podReport(object.id)] })),
      attempt(() => second.liveness.tick(request(), { periodSeconds: 0.01, heartbeatSeconds: 10 })),
      attempt(() => third.drains.begin(request(), drained.id, { graceSeconds: null, waitSeconds: 300 })),
      attempt(() => third.pods.create(request(), pod(`late-${number}`, { namespace, labels: LABELS, node: drained.name }))),
      attempt(() => second.endpoints.create(request(), endpoint('hand', `203.0.113.${number + 1}`, { namespace, node: silent.name }))),
      attempt(() => store.services.create(request(), service(`new-${number}`, { namespace, selector: LABELS }))),
      attempt(() => third.nodes.update(request(), busy.id, 'any', { cordoned: false })),
    ]);
    await attempt(() => store.liveness.renew(silent.id, silent.session));
  };
  for (let number = 0; number < ROUNDS; number++) await Promise.all([round(number), round(number + ROUNDS)]);

  const states = new Map((await store.nodes.list(ALL)).items.map(({ name, status }) => [name, status]));
  const { items: endpoints } = await store.endpoints.list(ALL);
  const { items: pods } = await store.pods.list(ALL);
  const ready = new Map(pods.map(({ namespace, name, status }) => [`${namespace}/${name}`, status.ready]));
  expect(endpoints.length).toBeGreaterThan(ROUNDS);
  for (const one of endpoints) {
    const status = states.get(one.node ?? '');
    const isKept = status?.conditions.some(({ type }) => type === 'EndpointsKept');
    const lost = status?.phase === 'NotReady' && !isKept ? 'NodeNotReady' : null;
    const serving = one.pod === null ? true : ready.get(`${one.namespace}/${one.pod}`);
    // A pod that was placed there meanwhile is told apart once it serves; until then nobody sends to it anyway.
    if (serving) expect(one).toMatchObject({ withdrawn: status?.drain ? 'NodeDraining' : lost });
    expect(one.conditions).toMatchObject({ serving, ready: serving && one.withdrawn === null });
  }
  for (const each of (await store.services.list(ALL)).items) {
    const own = endpoints.filter((one) => one.service === each.name && one.namespace === each.namespace);
    expect(each.status.endpoints).toEqual({ total: own.length, ready: own.filter((one) => one.conditions.ready).length });
  }
});
