import { createClient, type WatchEvents, watch } from '@weft/sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Plane, type Replica, startPlane } from './harness/plane.ts';

const LIVES = 60;
const CLIENTS = 6;

let plane: Plane;
let replicas: readonly Replica[];

beforeAll(async () => {
  plane = await startPlane();
  replicas = [plane, await plane.replica()];
});
afterAll(async () => {
  await replicas[1]?.stop();
  await plane.stop();
});

type ServiceEvent = Exclude<WatchEvents['/services'], { type: 'BOOKMARK' }>;

const api = (n: number) => (replicas[n % 2] as Replica).api;

/** Services that come, change a label from `a` or `b` to the other, and every second of which goes. */
async function churn(): Promise<void> {
  let next = 0;
  const client = async () => {
    while (next < LIVES) {
      const n = next++;
      const [before, after] = n % 3 === 0 ? ['a', 'b'] : ['b', 'a'];
      const body = { name: `life-${n}`, labels: { app: before }, ports: [{ port: 80 }] };
      const { id } = (await api(n).ok('POST /services', { body })).body;
      const headers = { 'If-Match': '*' };
      await api(n + 1).ok(`PATCH /services/${id}`, { headers, body: { labels: { app: after } } });
      if (n % 2 === 0) await api(n).ok(`DELETE /services/${id}`, { headers });
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/**
 * What a client sees that loses its connection after every few events and goes on at the other replica, until `end` is over and it has seen that
 * revision.
 */
async function seenInPieces(query: { labelSelector?: string }, since: string, end: Promise<number>): Promise<ServiceEvent[]> {
  const seen: ServiceEvent[] = [];
  let position = since;
  let last = Number.POSITIVE_INFINITY;
  void end.then((revision) => {
    last = revision;
  });
  for (let piece = 0; Number(position.split('.')[1]) < last; piece++) {
    const stop = new AbortController();
    // A filtered watch may have nothing more to say: its next bookmark would be a long wait.
    void end.then(() => setTimeout(() => stop.abort(), 2_000).unref());
    let left = 1 + ((piece * 7) % 5);
    const client = createClient({ url: api(piece).url, token: plane.admin });
    for await (const event of watch(client, '/services', { query, since: position, signal: stop.signal })) {
      position = event.position ?? position;
      if (event.type !== 'BOOKMARK') {
        seen.push(event);
        left -= 1;
      }
      if (left === 0 || Number(position.split('.')[1]) >= last) stop.abort();
    }
    if (stop.signal.aborted && left > 0) break;
  }
  return seen;
}

it('tells a client that keeps losing its connection everything once and in order, whichever replica it comes to', async () => {
  const { epoch, revision } = await plane.store.history.position();
  const since = `${epoch}.${revision}`;
  const end = churn().then(async () => (await plane.store.history.position()).revision);
  const [all, some] = await Promise.all([seenInPieces({}, since, end), seenInPieces({ labelSelector: 'app=a' }, since, end)]);

  const { events } = await plane.store.history.events('service', { after: revision, limit: 10_000 });
  const told = ({ type, object }: { type: string; object: { id: string } }) => `${type} ${object.id}`;
  expect(events.length).toBe(LIVES * 2 + LIVES / 2);
  expect(all.map(told)).toEqual(events.map(told));

  // Whoever follows a selector has in the end what a list with it has, and on the way never anything else.
  const view = new Map<string, string | undefined>();
  for (const { type, object } of some) {
    if (type === 'DELETED') view.delete(object.id);
    else view.set(object.id, object.labels.app);
  }
  const listed: { id: string }[] = (await plane.api.ok('GET /services?labelSelector=app%3Da&limit=1000')).body.items;
  expect(view).toEqual(new Map(listed.map(({ id }) => [id, 'a'])));
  expect(listed.length).toBeGreaterThan(0);
});
