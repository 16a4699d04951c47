import { FakeTracing, type Sighting } from '@weft/host';
import type { TraceStartQuestion } from '@weft/jobs';
import { type Id, podNetnsName } from '@weft/model';
import { eventually } from '@weft/testing';
import { pod } from '@weft/testing/desired';
import { beforeEach, expect, it } from 'vitest';
import { TraceAsks } from '../../src/asks/trace/trace.ts';

const session = 'a'.repeat(16);
const FLOW = { sources: [], sourcePort: null, destinations: [{ ip: '100.64.1.2', port: 80 }] };
const START: TraceStartQuestion = { kind: 'trace-start', session, protocol: 'tcp', droppedOnly: false, flows: [FLOW] };
const SEND = {
  kind: 'trace-send',
  session,
  pod: 'pod_1',
  protocol: 'tcp',
  sourcePort: 41_000,
  destination: '100.64.1.3',
  port: 80,
  timeoutMs: 500,
} as const;

const SIGHTING: Sighting = {
  way: { events: [{ what: 'policy', table: 'ip weft', chain: 'forward', verdict: 'accept' }] },
  lookUps: { route: { found: false, text: 'Network is unreachable' }, neighbour: null, tunnel: null, connection: null },
  reason: null,
};

let host: FakeTracing;
let asks: TraceAsks;
beforeEach(async () => {
  host = new FakeTracing();
  asks = new TraceAsks({ tracing: host, desired: () => ({ pods: [pod(1)] }) });
  await asks.answerers['trace-start'](START);
});

const read = () => asks.answerers['trace-read']({ kind: 'trace-read', session });

it('tells what was seen since it was asked last, no more than an answer holds', async () => {
  expect(host.begun.map(({ order }) => order)).toEqual([{ name: session, protocol: 'tcp', droppedOnly: false, flows: [FLOW] }]);
  for (let seen = 0; seen < 20; seen++) host.begun[0]?.see(SIGHTING);
  expect((await read()).sightings).toHaveLength(16);
  expect((await read()).sightings).toHaveLength(4);
  expect(await read()).toEqual({ kind: 'trace-read', sightings: [], sent: null });
});

it('cuts what is too long for an answer', async () => {
  const rule = { what: 'rule', table: 'ip weft', chain: 'forward', rule: 'x'.repeat(9_000), verdict: 'accept' } as const;
  host.begun[0]?.see({ ...SIGHTING, way: { events: Array.from({ length: 999 }, () => rule) } });
  const { sightings } = await read();
  expect(sightings[0]?.way.events).toHaveLength(256);
  expect(sightings[0]?.way.events[0]).toMatchObject({ rule: 'x'.repeat(2_000) });
});

it('sends from a pod of its own, or itself, and tells what came of it when something has', async () => {
  host.outcome = { outcome: 'refused', code: 'ECONNREFUSED' };
  expect(await asks.answerers['trace-send'](SEND)).toEqual({ kind: 'trace-send' });
  await asks.answerers['trace-send']({ ...SEND, pod: null });
  expect(host.sent.map(({ netns, port }) => [netns, port])).toEqual([
    [podNetnsName('pod_1'), 80],
    [null, 80],
  ]);
  await eventually('an outcome', async () => (await read()).sent?.outcome === 'refused');
});

it('sends from no other namespace', async () => {
  await expect(asks.answerers['trace-send']({ ...SEND, pod: 'pod_2' as Id<'pod'> })).rejects.toThrow('has no pod pod_2');
});

it('ends what it is told to, and all when it is closed', async () => {
  await asks.answerers['trace-stop']({ kind: 'trace-stop', session });
  await expect(read()).rejects.toThrow('it has ended');
  await asks.answerers['trace-start'](START);
  asks.close();
  expect(host.begun.map(({ closed }) => closed)).toEqual([true, true]);
});
