import { expect, it } from 'vitest';
import { EndpointChanges, READINESS, type Turn, WEIGHT } from '../fleet/endpoint-changes.ts';

/** Ready endpoints of weight 1 as the API has them: what is so already is no change. */
function endpoints(size: number) {
  const ids = Array.from({ length: size }, (_, n) => `ep_${n}`);
  const held = new Map(ids.map((id) => [`/endpoints/${id}`, { ready: true, weight: 1, revision: 1 }]));
  let revision = 100;
  const ok = async <T>(_method: string, path: string, body?: unknown): Promise<T> => {
    const before = held.get(path) ?? { ready: true, weight: 1, revision: 1 };
    const after = { ...before, ...(body as object) };
    if (after.ready !== before.ready || after.weight !== before.weight) {
      revision += 1;
      held.set(path, { ...after, revision });
    }
    return held.get(path) as T;
  };
  return { ids, ok, revision: () => revision, set: (id: string, weight: number) => void ok('PATCH', `/endpoints/${id}`, { weight }) };
}

const TURNS: readonly (readonly [string, Turn])[] = [
  ['readiness', READINESS],
  ['weight', WEIGHT],
];

it.each(TURNS.flatMap(([name, turn]) => [1, 82, 89, 90, 500].map((size) => [name, size, turn] as const)))(
  'changes the %s of something each time, for as long as it is asked, with %i endpoints',
  async (_name, size, turn) => {
    const api = endpoints(size);
    const changes = new EndpointChanges(api, api.ids, turn, api.revision());
    const revisions: number[] = [];
    for (let n = 0; n < 2 * size + 400; n += 1) revisions.push(await changes.change());
    expect(new Set(revisions).size).toBe(2 * size + 400);
    expect(api.revision()).toBe(100 + 2 * size + 400);
  },
);

it('asks again for what was refused', async () => {
  const api = endpoints(3);
  let asked = 0;
  const ok = <T>(method: string, path: string, body?: unknown): Promise<T> => {
    asked += 1;
    return asked % 2 === 0 ? Promise.reject(new Error('refused')) : api.ok<T>(method, path, body);
  };
  const changes = new EndpointChanges({ ok }, api.ids, READINESS, api.revision());
  for (let n = 0; n < 60; n += 1) await changes.change().catch((error: Error) => expect(error.message).toBe('refused'));
  expect(api.revision()).toBe(100 + 30);
});

it('says so when a request changed nothing', async () => {
  const api = endpoints(2);
  api.set('ep_0', 2);
  const weights = new EndpointChanges(api, api.ids, WEIGHT, api.revision());
  await expect(weights.change()).rejects.toThrow('endpoint ep_0 was as {"weight":2} says already');
  const same = new EndpointChanges({ ok: async <T>() => ({ revision: 7 }) as T }, api.ids, WEIGHT, 6);
  expect(await same.change()).toBe(7);
  await expect(same.change()).rejects.toThrow('endpoint ep_1 was as {"weight":3} says already');
});
