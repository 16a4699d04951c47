import { type CaptureStartQuestion, createAnswerer, type NodeWorker } from '@weft/jobs';
import { eventually } from '@weft/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';
import { contents, record, stream } from './packets.ts';

const PATIENCE = { withinMs: 30_000 };

/** What a node was asked to capture, and what it has captured: pieces of a stream, each given once. */
interface CapturingNode extends JoinedNode {
  started: CaptureStartQuestion[];
  stopped: string[];
  pieces: Buffer[];
  /** Null: it goes on. */
  ended: string | null;
  refusal: string | null;
  /** True: once its pieces are read, it is not known here any more, as after the death of an executor. */
  lost: boolean;
  readonly worker: NodeWorker;
}

let plane: Plane;
let nodes: CapturingNode[];
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.stop());

async function capturingNode(kind: string): Promise<CapturingNode> {
  const joined = await joinNode(plane.api, kind);
  const worker = createAnswerer({ url: plane.redisUrl }, joined.name, {
    'capture-start': async (question) => {
      if (node.refusal === null) node.started.push(question);
      return { kind: 'capture-start', refused: node.refusal };
    },
    'capture-read': async () => {
      if (node.lost && node.pieces.length === 0) throw new Error('it has ended: this executor is another one');
      const piece = (node.pieces.shift() ?? Buffer.alloc(0)).toString('base64');
      return { kind: 'capture-read', piece, ended: node.pieces.length === 0 ? node.ended : null };
    },
    'capture-stop': async ({ session }) => {
      node.stopped.push(session);
      return { kind: 'capture-stop' };
    },
  });
  const node: CapturingNode = { ...joined, started: [], stopped: [], pieces: [], ended: null, refusal: null, lost: false, worker };
  await node.apply();
  return node;
}

beforeEach(async () => {
  nodes = [await capturingNode('a'), await capturingNode('b')];
});
afterEach(async () => {
  for (const { worker } of nodes) await worker.close();
});

let made = 0;
const createPod = async (node: JoinedNode, app = 'none'): Promise<string> => {
  made += 1;
  const body = { name: `pod-${made}`, node: node.name, labels: { app }, ports: [{ containerPort: 80 }], runtime: { type: 'none' } };
  return (await plane.api.ok('POST /pods', { body })).body.id;
};

const request = (path: string, signal?: AbortSignal) =>
  fetch(`${plane.api.url}${path}`, { headers: { authorization: `Bearer ${plane.admin}` }, ...(signal === undefined ? {} : { signal }) });

const first = () => nodes[0] as CapturingNode;
const second = () => nodes[1] as CapturingNode;

it('sends what a pod captures, as asked for, and records who captured what', async () => {
  const pod = await createPod(first());
  Object.assign(first(), { pieces: [stream([record(1, 'one')]), record(2, 'two')], ended: '2 packets captured' });
  const response = await request(`/pods/${pod}/capture?filter=tcp%20port%2080&count=7&seconds=9&snaplen=99`);
  expect(response.headers.get('content-type')).toBe('application/vnd.tcpdump.pcap');
  expect(contents(Buffer.from(await response.arrayBuffer()))).toEqual(['one', 'two']);
  expect(first().started).toMatchObject([{ pod, filter: 'tcp port 80', count: 7, seconds: 9, snaplen: 99 }]);
  await eventually('the end on the node', () => first().stopped[0] === first().started[0]?.session, PATIENCE);
  const { items } = (await plane.api.ok(`GET /audit-events?object=${pod}&operation=podCapture`)).body;
  expect(items).toMatchObject([{ actor: { name: 'admin' }, after: { filter: 'tcp port 80', count: 7, seconds: 9, snaplen: 99 } }]);
});

it('is a stream from its first byte, before there is a packet, and ends on the node when the client hangs up', async () => {
  const pod = await createPod(first());
  const hangUp = new AbortController();
  const response = await request(`/pods/${pod}/capture`, hangUp.signal);
  const { value } = (await response.body?.getReader().read()) ?? {};
  expect(value?.length).toBe(24);
  expect(first().stopped).toEqual([]);
  hangUp.abort();
  await eventually('the end on the node', () => first().stopped.length === 1, PATIENCE);
});

it('ends at the caps, whatever a node sends', async () => {
  const pod = await createPod(first());
  first().pieces = [stream([record(1, 'one'), record(2, 'two'), record(3, 'three')])];
  const counted = await request(`/pods/${pod}/capture?count=2`);
  expect(contents(Buffer.from(await counted.arrayBuffer()))).toEqual(['one', 'two']);
  first().pieces = [stream([record(1, 'one'), record(2, 'two'), record(3, 'three')])];
  const weighed = await request(`/pods/${pod}/capture?bytes=50`);
  expect(contents(Buffer.from(await weighed.arrayBuffer()))).toEqual(['one']);
  expect((await request(`/pods/${pod}/capture?bytes=23`)).status).toBe(422);
});

it('breaks the answer off when a node has lost its capture: what is not whole does not look whole', async () => {
  const pod = await createPod(first());
  Object.assign(first(), { pieces: [stream([record(1, 'one')])], lost: true });
  const response = await request(`/pods/${pod}/capture`);
  expect(response.status).toBe(200);
  const received: Buffer[] = [];
  const read = async () => {
    for await (const piece of response.body ?? []) received.push(Buffer.from(piece));
  };
  await expect(read()).rejects.toThrow();
  expect(contents(Buffer.concat(received))).toEqual(['one']);
});

it('merges what the pods behind a service capture', async () => {
  const app = `app-${first().name}`;
  for (const node of nodes) await createPod(node, app);
  for (const node of nodes) await node.apply();
  const service = { name: app, selector: { app }, ports: [{ port: 80 }] };
  const { id } = (await plane.api.ok('POST /services', { body: service })).body;
  Object.assign(first(), { pieces: [stream([record(2, 'b')])], ended: 'it' });
  Object.assign(second(), { pieces: [stream([record(1, 'a'), record(3, 'c')])], ended: 'it' });
  const both = await request(`/services/${id}/capture`);
  expect(contents(Buffer.from(await both.arrayBuffer())).sort()).toEqual(['a', 'b', 'c']);
  Object.assign(first(), { started: [], pieces: [stream([record(2, 'b')])] });
  Object.assign(second(), { started: [] });
  const one = await request(`/services/${id}/capture?node=${first().name}`);
  expect(contents(Buffer.from(await one.arrayBuffer()))).toEqual(['b']);
  expect(second().started).toEqual([]);
  expect(await plane.api.send(`GET /services/${id}/capture?node=nowhere`)).toMatchObject({
    status: 422,
    body: { code: 'ValidationFailed' },
  });
});

it('breaks the answer off when one of the nodes of a service has lost its capture, though the others go on', async () => {
  const app = `app-${first().name}`;
  for (const node of nodes) await createPod(node, app);
  for (const node of nodes) await node.apply();
  const { id } = (await plane.api.ok('POST /services', { body: { name: app, selector: { app }, ports: [{ port: 80 }] } })).body;
  Object.assign(first(), { lost: true });
  const response = await request(`/services/${id}/capture?seconds=600`);
  await expect(response.arrayBuffer()).rejects.toThrow();
  await eventually('the end on the other node', () => second().stopped.length === 1, PATIENCE);
});

it('breaks the answer off when a node says nothing any more, and ends what others capture', async () => {
  const app = `app-${first().name}`;
  for (const node of nodes) await createPod(node, app);
  for (const node of nodes) await node.apply();
  const { id } = (await plane.api.ok('POST /services', { body: { name: app, selector: { app }, ports: [{ port: 80 }] } })).body;
  const response = await request(`/services/${id}/capture?seconds=600`);
  await first().worker.close();
  await expect(response.arrayBuffer()).rejects.toThrow();
  await eventually('the end on the other node', () => second().stopped.length === 1, PATIENCE);
});

it('refuses before the first byte what cannot be captured', async () => {
  const pod = await createPod(first());
  first().refusal = 'syntax error in filter expression';
  const refused = await plane.api.send(`GET /pods/${pod}/capture?filter=port%20port`);
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: 'query/filter', message: first().refusal }] } });
  const named = await plane.api.send(`GET /pods/${pod}/capture?filter=host%20example.org`);
  expect(named).toMatchObject({ status: 422, body: { errors: [{ pointer: 'query/filter' }] } });
  await first().worker.close();
  expect(await plane.api.send('GET /pods/pod_0/capture')).toMatchObject({ status: 404 });
});

it('captures a node for those who may see the fleet', async () => {
  first().refusal = 'no';
  expect(await plane.api.send(`GET /nodes/${first().id}/capture`)).toMatchObject({ status: 422 });
  const body = { name: `ops-${first().name}`, role: 'operator', expiresInSeconds: 60 };
  const { token } = (await plane.api.ok('POST /tokens', { body })).body;
  expect(await plane.api.send(`GET /nodes/${first().id}/capture`, { token })).toMatchObject({ status: 403 });
});
