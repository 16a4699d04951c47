import { expect, it } from 'vitest';
import { Weights } from '../fleet/weights.ts';

/** Endpoints of weight 1 as the API has them: a weight that is there already is no change. */
function endpoints(size: number) {
  const ids = Array.from({ length: size }, (_, n) => `ep_${n}`);
  const held = new Map(ids.map((id): [string, { weight: number; revision: number }] => [`/endpoints/${id}`, { weight: 1, revision: 1 }]));
  let revision = 100;
  const ok = async <T>(_method: string, path: string, body?: unknown): Promise<T> => {
    const { weight } = body as { weight: number };
    if (held.get(path)?.weight !== weight) {
      revision += 1;
      held.set(path, { weight, revision });
    }
    return held.get(path) as T;
  };
  return { ids, ok, revision: () => revision, set: (id: string, weight: number) => void ok('PATCH', `/endpoints/${id}`, { weight }) };
}

it.each([1, 82, 89, 90, 500])('changes something each time, for as long as it is asked, with %i endpoints', async (size) => {
  const api = endpoints(size);
  const weights = new Weights(api, api.ids, api.revision());
  const revisions: number[] = [];
  for (let n = 0; n < 2 * size + 400; n += 1) revisions.push(await weights.change());
  expect(new Set(revisions).size).toBe(2 * size + 400);
  expect(api.revision()).toBe(100 + 2 * size + 400);
});

it('says so when a request changed nothing', async () => {
  const api = endpoints(2);
  api.set('ep_0', 2);
  const weights = new Weights(api, api.ids, api.revision());
  await expect(weights.change()).rejects.toThrow('endpoint ep_0 had the weight 2 already');
  const same = new Weights({ ok: async <T>() => ({ revision: 7 }) as T }, api.ids, 6);
  expect(await same.change()).toBe(7);
  await expect(same.change()).rejects.toThrow('endpoint ep_1 had the weight 3 already');
});
