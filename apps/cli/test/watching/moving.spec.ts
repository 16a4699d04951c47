import { createClient, type WeftClient } from '@weft/sdk';
import { expect, it } from 'vitest';
import { kindsOf } from '../../src/kinds/all-kinds.ts';
import type { Kind } from '../../src/kinds/kind.ts';
import { watchMoving } from '../../src/watching/moving.ts';

const [services] = kindsOf('svc') as readonly [Kind];

const service = (phase: string, applied: number) => ({ id: 'svc_a', name: 'a', status: { phase, nodes: { applied, desired: 2 } } });

/** A reading: the service as it is, a refusal, nobody who answers, or one that never ends. */
type Reading = object | 404 | 503 | 'nobody' | 'hangs';

const CODES = { 404: 'NotFound', 503: 'Unavailable' } as const;

const refusal = (status: 404 | 503) => {
  const code = CODES[status];
  return Response.json({ type: 'x', title: code, status, detail: code, code, requestId: '', retryable: false, errors: [] }, { status });
};

const never = (signal: AbortSignal) =>
  new Promise<Response>((_, reject) => void signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

/** An API whose watch tells of one service and then of nothing more, and whose service is as these say, one reading after the other. */
function api(readings: readonly Reading[], onRead: () => void = () => undefined) {
  const aborted: boolean[] = [];
  let read = 0;
  const fetch = async (request: Request) => {
    if (!new URL(request.url).searchParams.has('watch')) {
      const reading = readings[Math.min(read++, readings.length - 1)];
      onRead();
      if (reading === 'hangs') return never(request.signal);
      if (reading === 'nobody') throw new TypeError('fetch failed');
      return reading === 404 || reading === 503 ? refusal(reading) : Response.json(reading);
    }
    const events = [
      { type: 'ADDED', object: service('Pending', 0) },
      { type: 'BOOKMARK', revision: 1, synced: true },
    ];
    const text = events.map((event, at) => `id: e.${at}\ndata: ${JSON.stringify(event)}\n\n`).join('');
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text));
        request.signal.addEventListener('abort', () => {
          aborted.push(true);
          controller.error(request.signal.reason);
        });
      },
    });
    return new Response(body);
  };
  return { client: createClient({ url: 'http://weft.test', token: 't', fetch }), aborted, timesRead: () => read };
}

it('tells of statuses that no event tells of, until they have settled, and ends its watch with whoever listens', async () => {
  const { client, aborted, timesRead } = api([service('Pending', 0), service('Pending', 1), service('Programmed', 2)]);
  const seen: unknown[] = [];
  for await (const event of watchMoving(client, services, {}, new AbortController().signal)) {
    seen.push(event.type === 'BOOKMARK' ? 'synced' : [event.type, event.object.status]);
    if (seen.length === 4) break;
  }
  expect(seen).toEqual([
    ['ADDED', service('Pending', 0).status],
    'synced',
    ['MODIFIED', service('Pending', 1).status],
    ['MODIFIED', service('Programmed', 2).status],
  ]);
  expect(timesRead()).toBe(3);
  expect(aborted).toEqual([true]);
});

/** The events until somebody had enough: after so many, or when the signal ends it. */
async function told(client: WeftClient, count: number, signal = new AbortController().signal): Promise<string[]> {
  const seen: string[] = [];
  for await (const event of watchMoving(client, services, {}, signal)) {
    seen.push(event.type === 'BOOKMARK' ? 'synced' : `${event.type} ${(event.object as ReturnType<typeof service>).status.phase}`);
    if (seen.length === count) break;
  }
  return seen;
}

it('goes on when what was on its way is gone', async () => {
  const stop = new AbortController();
  const { client } = api([404], () => queueMicrotask(() => stop.abort()));
  expect(await told(client, 3, stop.signal)).toEqual(['ADDED Pending', 'synced']);
});

it('bears an API that cannot answer, as its watch does', async () => {
  const { client, timesRead } = api([503, 'nobody', service('Programmed', 2)]);
  expect(await told(client, 3)).toEqual(['ADDED Pending', 'synced', 'MODIFIED Programmed']);
  expect(timesRead()).toBe(3);
});

it('ends with its signal, also in the middle of a reading that nobody answers', async () => {
  const stop = new AbortController();
  const { client } = api(['hangs'], () => queueMicrotask(() => stop.abort()));
  expect(await told(client, 3, stop.signal)).toEqual(['ADDED Pending', 'synced']);
});

it('takes nobody to be frozen for good: the end of that is no event of a service', async () => {
  const { client } = api([service('Frozen', 1), service('Programmed', 2)]);
  expect(await told(client, 4)).toEqual(['ADDED Pending', 'synced', 'MODIFIED Frozen', 'MODIFIED Programmed']);
});
