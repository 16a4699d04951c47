import { createAnswerer, type NodeWorker, type TraceReadAnswer, type TraceSendQuestion, type TraceStartQuestion } from '@weft/jobs';
import type { Trace } from '@weft/model';
import { eventually } from '@weft/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type JoinedNode, joinNode } from '../harness/executor.ts';
import { type Plane, startPlane } from '../harness/plane.ts';
import { began, left, PACKET, sighting } from './sightings.ts';

const PATIENCE = { withinMs: 60_000, everyMs: 100 };

let plane: Plane;
let node: JoinedNode;
let worker: NodeWorker;
let pod: string;
let started: TraceStartQuestion[];
let sends: TraceSendQuestion[];
let stopped: number;
let outcome: TraceReadAnswer['sent'];
let made = 0;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.stop());

beforeEach(async () => {
  [started, sends, stopped, outcome] = [[], [], 0, { outcome: 'refused', code: 'ECONNREFUSED' }];
  node = await joinNode(plane.api, 'tracing');
  made += 1;
  const body = { name: `from-${made}`, node: node.name, ports: [{ containerPort: 80 }], runtime: { type: 'none' } };
  pod = `default/${(await plane.api.ok('POST /pods', { body })).body.name}`;
  await node.apply();
  worker = createAnswerer({ url: plane.redisUrl }, node.name, {
    'trace-start': async (question) => {
      started.push(question);
      return { kind: 'trace-start' };
    },
    'trace-send': async (question) => {
      sends.push(question);
      return { kind: 'trace-send' };
    },
    'trace-read': async () => {
      const [send] = sends;
      if (send === undefined) return { kind: 'trace-read', sightings: [], sent: null };
      const source = started[0]?.flows[0]?.sources[0] ?? '';
      const packet = { ...PACKET, source, sourcePort: send.sourcePort, destination: send.destination, destinationPort: send.port };
      return { kind: 'trace-read', sightings: [sighting([began(packet), left(packet)])], sent: outcome };
    },
    'trace-stop': async () => {
      stopped += 1;
      return { kind: 'trace-stop' };
    },
  });
});
afterEach(() => worker.close());

const begin = async (body: object): Promise<Trace> =>
  (await plane.api.ok('POST /traces', { body: { from: { pod }, to: { address: '203.0.113.9' }, port: 443, ...body } })).body;

const over = (id: string): Promise<Trace> =>
  eventually(
    'the end of a trace',
    async () => {
      const trace: Trace = (await plane.api.ok(`GET /traces/${id}`)).body;
      return trace.status.phase === 'Running' ? null : trace;
    },
    PATIENCE,
  );

it('sends a packet, tells what became of it, records who asked and leaves nothing on the node', async () => {
  const begun = await begin({});
  expect(begun).toMatchObject({ live: false, status: { phase: 'Running', verdict: null } });
  const { status } = await over(begun.id);
  expect(status).toMatchObject({ phase: 'Done', verdict: 'refused', why: 'nothing listens there', notes: [] });
  expect(status.hops.map((hop) => hop.node)).toEqual([node.name]);
  expect(sends).toMatchObject([{ destination: '203.0.113.9', port: 443, protocol: 'tcp' }]);
  await eventually('the end on the node', () => stopped === 1, PATIENCE);
  const { items } = (await plane.api.ok(`GET /audit-events?object=${begun.id}`)).body;
  expect(items).toMatchObject([{ operation: 'traceCreate', actor: { name: 'admin' }, after: { from: { pod }, port: 443 } }]);
});

it('waits for a packet that comes by itself, and says when none did', async () => {
  const { id } = await begin({ live: true, timeoutSeconds: 1 });
  expect((await over(id)).status).toMatchObject({ phase: 'Failed', verdict: null, why: 'no such packet came in time' });
  expect(sends).toEqual([]);
  expect(started[0]?.flows[0]?.sourcePort).toBeNull();
});

it('is followed as long as it runs', async () => {
  const { id } = await begin({ live: true, timeoutSeconds: 12 });
  const { status, createdAt } = await over(id);
  expect(status.why).toBe('no such packet came in time');
  expect(Date.now() - Date.parse(createdAt)).toBeGreaterThan(11_000);
});

it('says which node cannot be asked', async () => {
  await worker.close();
  const { id } = await begin({ live: true, timeoutSeconds: 1 });
  expect((await over(id)).status).toMatchObject({ phase: 'Failed', notes: [{ code: 'NodeCannotBeAsked', node: node.name }] });
});

it('refuses what cannot be followed', async () => {
  const refused = async (body: object) =>
    (await plane.api.send('POST /traces', { body: { from: { pod }, to: { address: '203.0.113.9' }, port: 443, ...body } })).body;
  expect(await refused({ from: { outside: { address: '203.0.113.9', via: node.name } } })).toMatchObject({
    errors: [{ pointer: '/live' }],
  });
  expect(await refused({ from: { pod: 'default/nobody' } })).toMatchObject({ errors: [{ pointer: '/from/pod' }] });
  expect(await refused({ to: { service: 'default/nobody' } })).toMatchObject({ errors: [{ pointer: '/to/service' }] });
  expect(await refused({ droppedOnly: true })).toMatchObject({ errors: [{ pointer: '/droppedOnly' }] });
  expect(await refused({ to: { address: '127.0.0.1' } })).toMatchObject({ errors: [{ pointer: '/to/address' }] });
  expect(await refused({ timeoutSeconds: 61 })).toMatchObject({ errors: [{ pointer: '/timeoutSeconds' }] });
  expect(await plane.api.send('GET /traces/trace_0')).toMatchObject({ status: 404 });
});
