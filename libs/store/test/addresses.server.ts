import { contains } from '@weft/model';
import { eventually } from '@weft/testing';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { addNode, FACTS, node, objectsOf, pod, request, service, testCluster } from './support/cluster.ts';

test('a hundred pods created at once through two replicas get a hundred addresses', async () => {
  const { store, replicas } = await testCluster({ replicas: 2, network: { podBlockPrefixLength: 27 } });
  for (const name of ['node-1', 'node-2']) await addNode(store, name);
  const commits = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      (replicas[n % 2] ?? store).pods.create(request(), pod(`pod-${n}`, { node: `node-${1 + (n % 2)}` })),
    ),
  );
  const pods = objectsOf(commits);
  expect(new Set(pods.map((one) => one.ip)).size).toBe(100);
  expect(new Set(commits.map((commit) => commit.revision)).size).toBe(100);
  const nodes = await store.nodes.list({ limit: 10, cursor: null });
  for (const node of nodes.items) {
    // 50 pods of 29 per block: two blocks, claimed once each however many requests found the first one full.
    expect(node.podBlocks).toHaveLength(2);
    for (const one of pods.filter(({ node: name }) => name === node.name))
      expect(node.podBlocks.some((block) => contains(block, one.ip))).toBe(true);
  }
  const [pool] = (await store.pools.list({ limit: 10, cursor: null })).items;
  expect(pool?.addresses).toMatchObject({ allocated: 100, total: 128, reserved: 12 });
});

test('a change that gives a node another block concerns every node, an ordinary pod only its own', async () => {
  const { store } = await testCluster({ network: { podBlockPrefixLength: 29 } });
  await addNode(store, 'node-1');
  await addNode(store, 'node-2');
  const commits = [];
  for (let n = 0; n < 6; n++) commits.push(await store.pods.create(request(), pod(`pod-${n}`, { node: 'node-1' })));
  expect(commits.map((commit) => commit.concerns)).toEqual([['node-1'], ['node-1'], ['node-1'], ['node-1'], ['node-1'], 'all']);
  expect(commits[0]?.object.ip).toBe('100.64.0.2');
});

test('a pod goes to the ready node with the fewest pods, never to one that is cordoned, silent or unfit', async () => {
  const { store } = await testCluster();
  await expect(store.pods.create(request(), pod('homeless'))).rejects.toMatchObject({ code: 'NoNodeAvailable' });
  await store.nodes.create(request(), node('silent'));
  const cordoned = await addNode(store, 'cordoned');
  await store.nodes.update(request(), cordoned.id, 'any', { cordoned: true });
  await addNode(store, 'unfit', {
    address: '192.0.2.9/24',
    mtu: 1500,
    executorVersion: 'test',
    podLinks: ['bridge', 'routed'],
    overlays: ['vxlan', 'direct'],
    kernel: '6.1',
    backends: ['nftables'],
    tools: {},
    problems: [{ code: 'PoolConflict', message: '100.64.0.0/10 is routed to tailscale0' }],
  });
  const unable = await addNode(store, 'unable', { ...FACTS, backends: ['iptables'] });
  expect((await store.nodes.get(unable.id)).status.conditions).toContainEqual(
    expect.objectContaining({ type: 'BackendUnsupported', message: 'the host can run iptables, not nftables' }),
  );
  await expect(store.pods.create(request(), pod('homeless'))).rejects.toMatchObject({ code: 'NoNodeAvailable' });
  await addNode(store, 'node-1');
  await addNode(store, 'node-2');
  const pods = [];
  for (let n = 0; n < 4; n++) pods.push(await store.pods.create(request(), pod(`pod-${n}`)));
  expect(objectsOf(pods).map((one) => one.node)).toEqual(['node-1', 'node-2', 'node-1', 'node-2']);
});

test('pods are spread evenly over nodes that get more blocks on the way, and go where there is room when no block is left', async () => {
  const { store } = await testCluster({ network: { podCidrs: ['100.64.0.0/26'], podBlockPrefixLength: 29 } });
  for (const name of ['node-1', 'node-2', 'node-3']) await addNode(store, name);
  const nodes = [];
  // Eight blocks with room for 5 pods each: two for every node, two more for whoever is first to need them.
  for (let n = 0; n < 8 * 5; n++) nodes.push((await store.pods.create(request(), pod(`pod-${n}`))).object.node);
  expect(Object.values(Object.groupBy(nodes.slice(0, 30), (name) => name)).map((all) => all?.length)).toEqual([10, 10, 10]);
  expect(new Set(nodes.slice(30))).toEqual(new Set(['node-1', 'node-2']));
  await expect(store.pods.create(request(), pod('one-too-many'))).rejects.toMatchObject({ code: 'PoolExhausted' });
});

test('an address that is asked for is given, or refused with its holder', async () => {
  const { store } = await testCluster();
  await addNode(store, 'node-1');
  await addNode(store, 'node-2');
  const asked = (name: string, ip: string) => store.pods.create(request(), pod(name, { node: 'node-1', ip }));
  expect((await asked('pod-a', '100.64.0.77')).object.ip).toBe('100.64.0.77');
  const refusals = {
    '100.64.0.77': { code: 'AddressTaken', message: '100.64.0.77 is not free: it belongs to pod default/pod-a' },
    '100.64.0.1': { code: 'AddressTaken', message: '100.64.0.1 is not free: it is reserved' },
    '100.64.1.7': { code: 'AddressOutsidePool' },
    '192.0.2.1': { code: 'AddressOutsidePool' },
  };
  for (const [ip, refusal] of Object.entries(refusals))
    await expect(asked('pod-b', ip)).rejects.toMatchObject({ ...refusal, errors: [{ pointer: '/ip' }] });
  const clusterIP = '198.19.200.9';
  await store.services.create(request(), service('svc-a', { clusterIP }));
  await expect(store.services.create(request(), service('svc-b', { clusterIP }))).rejects.toMatchObject({
    code: 'AddressTaken',
    errors: [{ pointer: '/clusterIP' }],
  });
});

test('two requests for one address at the same time: one gets it', async () => {
  const { store, replicas } = await testCluster({ replicas: 2 });
  await addNode(store, 'node-1');
  const outcomes = await Promise.allSettled(
    replicas.map((replica, n) => replica.pods.create(request(), pod(`pod-${n}`, { node: 'node-1', ip: '100.64.0.9' }))),
  );
  expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({ reason: { code: 'AddressTaken' } });
});

test('when no block is left the pool is exhausted and nothing of the pod remains', async () => {
  const { store } = await testCluster({ network: { podCidrs: ['100.64.0.0/29'], podBlockPrefixLength: 29 } });
  await addNode(store, 'node-1');
  for (let n = 0; n < 5; n++) await store.pods.create(request(), pod(`pod-${n}`));
  const { revision } = await store.cluster.get();
  await expect(store.pods.create(request(), pod('pod-5'))).rejects.toMatchObject({ code: 'PoolExhausted' });
  await expect(store.nodes.create(request(), node('node-2'))).rejects.toMatchObject({
    code: 'PoolExhausted',
  });
  expect((await store.cluster.get()).revision).toBe(revision);
  expect((await store.pods.list({ limit: 10, cursor: null })).items).toHaveLength(5);
});

test('a released address is free only when its time has passed and every node has applied its release', async () => {
  const { store } = await testCluster({ network: { podCidrs: ['100.64.0.0/29'], podBlockPrefixLength: 29 } });
  const node = await addNode(store, 'node-1');
  const { object } = await store.pods.create(request(), pod('pod-a'));
  const quarantined = async () => (await store.pools.list({ limit: 1, cursor: null })).items[0]?.addresses.quarantined;
  await node.applyAll();
  await store.pods.delete(request(), object.id, 'any');
  await expect(store.pods.create(request(), pod('pod-b', { node: 'node-1', ip: object.ip }))).rejects.toMatchObject({
    code: 'AddressTaken',
  });

  expect(await store.upkeep.releaseQuarantined(0)).toBe(0);
  expect(await quarantined()).toBe(1);
  await node.applyAll();
  expect(await store.upkeep.releaseQuarantined(3600)).toBe(0);
  expect(await store.upkeep.releaseQuarantined(0)).toBe(1);
  expect(await quarantined()).toBe(0);
  expect((await store.pods.create(request(), pod('pod-b', { node: 'node-1', ip: object.ip }))).object.ip).toBe(object.ip);
});

test('a node that has not yet heard that an endpoint is gone holds its address back; one that is deleted does not', async () => {
  const { store } = await testCluster();
  const home = await addNode(store, 'home');
  const far = await addNode(store, 'far');
  await store.services.create(request(), service('svc', { selector: { app: 'a' } }));
  const { object } = await store.pods.create(request(), pod('pod-a', { node: 'home', labels: { app: 'a' } }));
  await home.report({ pods: [{ id: object.id, phase: 'Running', ready: true, reason: 'Ready', message: '' }] });
  await home.applyAll();
  await far.applyAll();
  // The far node learns of the endpoint's end by this change, and not by the pod's deletion, which concerns its own node alone.
  await home.report({ pods: [{ id: object.id, phase: 'Running', ready: false, reason: 'ProbeFailed', message: '' }] });
  expect((await store.pods.delete(request(), object.id, 'any')).concerns).toEqual(['home']);
  await home.applyAll();
  expect(await store.upkeep.releaseQuarantined(0)).toBe(0);
  await store.nodes.delete(request(), far.id, 'any');
  await home.applyAll();
  expect(await store.upkeep.releaseQuarantined(0)).toBe(1);
});

test('the block of a deleted node is given out again once the others have forgotten it', async () => {
  const { store } = await testCluster({ network: { podCidrs: ['100.64.0.0/23'] } });
  const stays = await addNode(store, 'stays');
  const leaves = await addNode(store, 'leaves');
  await store.nodes.delete(request(), leaves.id, 'any');
  await expect(addNode(store, 'comes')).rejects.toMatchObject({ code: 'PoolExhausted' });
  await store.upkeep.releaseQuarantined(0);
  await expect(addNode(store, 'comes')).rejects.toMatchObject({ code: 'PoolExhausted' });
  await stays.applyAll();
  await store.upkeep.releaseQuarantined(0);
  const comes = await addNode(store, 'comes');
  expect((await store.nodes.get(comes.id)).podBlocks).toEqual(['100.64.1.0/24']);
});

test('a service that waits for the quota of its namespace holds no address, which whoever has the quota may ask for', async () => {
  const { store, databaseUrl } = await testCluster();
  const [namespace] = (await store.namespaces.list({ limit: 1, cursor: null })).items;
  await store.quotas.update(request(), namespace?.id ?? '', 'any', { limits: { services: 10 } });
  const { object: first } = await store.services.create(request(), service('first'));
  const lowest = first.clusterIP?.replace(/\d+$/, (octet) => `${Number(octet) + 1}`);
  const holder = new pg.Client({ connectionString: databaseUrl });
  await holder.connect();
  onTestFinished(() => holder.end());
  await holder.query('BEGIN');
  await holder.query("SELECT pg_advisory_xact_lock(hashtextextended('quota:default', 0))");
  const waiting = store.services.create(request(), service('waiting'));
  const waits = `SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND NOT l.granted AND d.datname = current_database()`;
  await eventually('it to wait', async () => (await holder.query(waits)).rowCount === 1);
  expect((await holder.query('SELECT ip FROM address WHERE ip = $1 FOR UPDATE NOWAIT', [lowest])).rowCount).toBe(1);
  await holder.query('COMMIT');
  expect((await waiting).object.clusterIP).toBe(lowest);
});
