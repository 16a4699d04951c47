import { FakeCaptures } from '@weft/host';
import type { CaptureStartQuestion } from '@weft/jobs';
import { type Id, podNetnsName } from '@weft/model';
import { pod } from '@weft/testing/desired';
import { beforeEach, expect, it } from 'vitest';
import { CaptureAsks } from '../../src/asks/capture/capture.ts';

const POD = 'pod_1' as Id<'pod'>;
const QUESTION: CaptureStartQuestion = {
  kind: 'capture-start',
  session: 'a'.repeat(16),
  pod: POD,
  filter: 'tcp port 80',
  snaplen: 96,
  count: 10,
  seconds: 5,
};
const { session } = QUESTION;

let host: FakeCaptures;
let asks: CaptureAsks;
beforeEach(() => {
  host = new FakeCaptures();
  asks = new CaptureAsks({
    captures: host,
    desired: () => ({ pods: [pod(1)] }),
    confidants: async () => [
      { host: '192.0.2.1', port: 7070 },
      { host: '192.0.2.2', port: 6379 },
    ],
  });
});

it('captures in a pod of its own', async () => {
  expect(await asks.answerers['capture-start'](QUESTION)).toEqual({ kind: 'capture-start', refused: null });
  expect(host.begun[0]?.order).toMatchObject({ netns: podNetnsName(POD), device: 'eth0', filter: 'tcp port 80', count: 10 });
  host.begun[0]?.see(Buffer.from('packets'));
  const read = () => asks.answerers['capture-read']({ kind: 'capture-read', session });
  expect(await read()).toEqual({ kind: 'capture-read', piece: Buffer.from('packets').toString('base64'), ended: null });
  host.begun[0]?.end('10 packets captured');
  expect(await read()).toEqual({ kind: 'capture-read', piece: '', ended: '10 packets captured' });
});

it('captures in no other namespace', async () => {
  await expect(asks.answerers['capture-start']({ ...QUESTION, pod: 'pod_2' as Id<'pod'> })).rejects.toThrow('has no pod pod_2');
});

it('leaves out of a capture of the node what it says to those that know its secrets', async () => {
  await asks.answerers['capture-start']({ ...QUESTION, pod: null });
  const without = 'not (host 192.0.2.1 and tcp port 7070) and not (host 192.0.2.2 and tcp port 6379)';
  expect(host.begun[0]?.order).toMatchObject({ netns: null, device: 'any', filter: `(tcp port 80) and ${without}` });
  await asks.answerers['capture-start']({ ...QUESTION, pod: null, filter: '', session: 'b'.repeat(16) });
  expect(host.begun[1]?.order.filter).toBe(without);
});

it('tells why it cannot be captured', async () => {
  host.refusal = 'syntax error';
  expect(await asks.answerers['capture-start'](QUESTION)).toEqual({ kind: 'capture-start', refused: 'syntax error' });
  await expect(asks.answerers['capture-read']({ kind: 'capture-read', session })).rejects.toThrow('it has ended');
});

it('ends what it is told to, and all when it is closed', async () => {
  await asks.answerers['capture-start'](QUESTION);
  await asks.answerers['capture-stop']({ kind: 'capture-stop', session });
  await asks.answerers['capture-start'](QUESTION);
  asks.close();
  expect(host.begun.map(({ closed }) => closed)).toEqual([true, true]);
});
