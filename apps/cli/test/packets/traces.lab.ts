import type { Trace, TraceCreate } from '@weft/model';
import { eventually, type Lab } from '@weft/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { LocalFleet } from '../fleet/local-fleet.ts';

const NODE_PORT = 30_092;
const PATIENCE = { withinMs: 60_000, everyMs: 200 };

let fleet: LocalFleet;
let lab: Lab;
/** Namespace of the first pod, and where the third service is asked. */
let podNetns: string;
let url: string;
/** Undoes what a test did to hosts of the lab. */
const mend: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  fleet = await LocalFleet.place();
  await fleet.up(3);
  lab = await fleet.lab();
  for (const n of [3, 2, 1]) podNetns = (await fleet.createPod(`pod-${n}`, `node-${n}`, `web-${n}`)).status.netns;
  await fleet.createPod('neighbour', 'node-1', 'near');
  url = `http://${(await fleet.createService('web-3', 'web-3', NODE_PORT)).clusterIP}/`;
  await fleet.converged();
});
afterEach(async () => {
  for (const undo of mend.splice(0).reverse()) await undo();
});
afterAll(async () => {
  await fleet.weft('down', '--purge');
});

/** A trace, when it is over. */
async function traced(spec: Partial<TraceCreate> & Pick<TraceCreate, 'from' | 'to'>): Promise<Trace['status']> {
  const { id } = await fleet.call<Trace>('POST', '/traces', { port: 80, ...spec });
  const over = await eventually(
    'the end of a trace',
    async () => ((one) => (one.status.phase === 'Running' ? null : one))(await fleet.call<Trace>('GET', `/traces/${id}`)),
    PATIENCE,
  );
  return over.status;
}

/** What comes of something, while somebody asks again and again. */
async function whileAsking<T>(running: Promise<T>, ask: () => Promise<unknown>): Promise<T> {
  let over = false;
  void running.finally(() => {
    over = true;
  });
  while (!over) await ask();
  return running;
}

const POD_1 = { pod: 'default/pod-1' };
const nodesOf = ({ hops }: Trace['status']) => hops.map(({ node }) => node);
const stepsOf = ({ hops }: Trace['status']) => hops.flatMap(({ steps }) => steps);
const kindsOf = (status: Trace['status']) => stepsOf(status).map(({ kind }) => kind);
const ownersOf = (status: Trace['status']) =>
  stepsOf(status).flatMap(({ behind }) => behind.flatMap(({ owners }) => owners.map(({ kind, name }) => `${kind} ${name}`)));

/** Tables of traces that are left on the nodes. */
async function left(): Promise<string[]> {
  const listings = await Promise.all([1, 2, 3].map((n) => lab.exec(`node-${n}`, ['nft', 'list', 'tables'])));
  return listings.flatMap(({ stdout }) => stdout.split('\n').filter((line) => line.includes('weft_trace')));
}

it('follows a packet to a pod of the same node', async () => {
  const status = await traced({ from: POD_1, to: { pod: 'default/neighbour' }, port: 8080 });
  expect(status).toMatchObject({ phase: 'Done', verdict: 'reachable', why: null, notes: [] });
  expect(nodesOf(status)).toEqual(['node-1']);
  expect(stepsOf(status).at(-1)).toMatchObject({ kind: 'deliver', text: 'to pod default/neighbour' });
});

it('follows a packet for a service into a tunnel and out of it, and names whose rules led it', async () => {
  const status = await traced({ from: POD_1, to: { service: 'default/web-3' } });
  expect(status).toMatchObject({ phase: 'Done', verdict: 'reachable' });
  expect(nodesOf(status)).toEqual(['node-1', 'node-3']);
  expect(kindsOf(status)).toEqual(
    expect.arrayContaining(['start', 'rule', 'translate', 'route', 'neighbour', 'tunnel', 'leave', 'deliver']),
  );
  expect(ownersOf(status)).toContain('service web-3');
  expect(stepsOf(status).find(({ kind }) => kind === 'tunnel')?.behind[0]?.owners).toMatchObject([{ kind: 'node', name: 'node-3' }]);
});

it('names the rule of somebody else that drops a packet', async () => {
  const rules =
    'table inet firewall {\n chain guard {\n  type filter hook forward priority 0\n  tcp dport 8080 drop comment "nobody passes"\n }\n}\n';
  expect((await lab.exec('node-3', ['nft', '-f', '-'], { input: rules })).stderr).toBe('');
  mend.push(() => lab.exec('node-3', ['nft', 'delete', 'table', 'inet', 'firewall']));
  const status = await traced({ from: POD_1, to: { service: 'default/web-3' } });
  expect(status).toMatchObject({ verdict: 'dropped', why: expect.stringContaining('on node-3 by chain guard of table inet firewall') });
  const stop = stepsOf(status).at(-1);
  expect(stop).toMatchObject({ kind: 'stop', behind: [{ place: 'table inet firewall chain guard', owners: [] }] });
});

it('waits for a packet that comes by itself, to a node port from outside', async () => {
  const [node, client] = ['node-1', 'client'].map((name) => lab.hosts.find((one) => one.name === name));
  const running = traced({
    from: { outside: { address: client?.address ?? '', via: 'node-1' } },
    to: { service: 'default/web-3' },
    live: true,
    timeoutSeconds: 30,
  });
  const status = await whileAsking(running, () =>
    lab.exec('client', ['curl', '-s', '--max-time', '1', `http://${node?.address}:${NODE_PORT}/`]),
  );
  expect(status).toMatchObject({ phase: 'Done', verdict: 'reachable' });
  expect(nodesOf(status)).toEqual(['node-1', 'node-3']);
  expect(kindsOf(status)).toContain('masquerade');
});

it('says that nothing listens, and that a rule refuses it', async () => {
  expect(await traced({ from: POD_1, to: { pod: 'default/pod-3' }, port: 9 })).toMatchObject({
    verdict: 'refused',
    why: 'nothing listens there',
  });
  const status = await traced({ from: POD_1, to: { service: 'default/web-3' }, protocol: 'UDP' });
  expect(status.verdict).toBe('refused');
  expect(stepsOf(status).at(-1)).toMatchObject({ kind: 'stop', text: expect.stringContaining('reject') });
});

it('follows a packet from a node to the node port of another, which leads it to a third', async () => {
  const status = await traced({ from: { node: 'node-1' }, to: { node: 'node-2' }, port: NODE_PORT });
  expect(status).toMatchObject({ phase: 'Done', verdict: 'reachable' });
  expect(nodesOf(status)).toEqual(['node-1', 'node-2', 'node-3']);
});

it('waits for a packet that is dropped, among others that are not', async () => {
  const rules =
    'table inet firewall {\n chain guard {\n  type filter hook forward priority 0\n  tcp dport 8080 limit rate over 1/second drop\n }\n}\n';
  expect((await lab.exec('node-3', ['nft', '-f', '-'], { input: rules })).stderr).toBe('');
  mend.push(() => lab.exec('node-3', ['nft', 'delete', 'table', 'inet', 'firewall']));
  const running = traced({ from: POD_1, to: { service: 'default/web-3' }, live: true, droppedOnly: true, timeoutSeconds: 30 });
  const status = await whileAsking(running, () => lab.exec('node-1', ['curl', '-s', '--max-time', '1', url], { netns: podNetns }));
  expect(status).toMatchObject({ verdict: 'dropped', why: expect.stringContaining('limit rate over 1/second') });
  expect(nodesOf(status)).toEqual(['node-3']);
});

it('follows a packet through the rules of iptables', async () => {
  const before = await fleet.converged();
  for (const { id } of before) await fleet.call('PATCH', `/nodes/${id}`, { backend: 'iptables' });
  mend.push(async () => {
    for (const { id } of before) await fleet.call('PATCH', `/nodes/${id}`, { backend: 'nftables' });
    await fleet.converged();
  });
  await fleet.converged();
  const status = await traced({ from: POD_1, to: { service: 'default/web-3' } });
  expect(status).toMatchObject({ phase: 'Done', verdict: 'reachable' });
  expect(nodesOf(status)).toEqual(['node-1', 'node-3']);
  expect(ownersOf(status)).toContain('service web-3');
  expect(kindsOf(status)).toContain('translate');
});

it('leaves nothing on the nodes', async () => {
  await eventually('no table of a trace', async () => (await left()).length === 0, PATIENCE);
});
