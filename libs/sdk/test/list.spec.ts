import { expect, expectTypeOf, it } from 'vitest';
import { type components, createClient, type Listed, type ListPath, list } from '../src/index.ts';

const PAGES: Readonly<Record<string, object>> = {
  '': { items: [{ name: 'a' }, { name: 'b' }], nextCursor: 'two', revision: 7 },
  two: { items: [{ name: 'c' }], nextCursor: null, revision: 7 },
};

/** A client of an API with two pages, and the addresses that were asked. */
function paged() {
  const asked: string[] = [];
  const fetch = async ({ url }: Request) => {
    asked.push(url);
    return Response.json(PAGES[new URL(url).searchParams.get('cursor') ?? '']);
  };
  return { client: createClient({ url: 'http://weft.test', token: 't', fetch }), asked };
}

it('gives the objects of all pages, with the filters on each', async () => {
  const { client, asked } = paged();
  const names: string[] = [];
  for await (const { name } of list(client, '/pods', { query: { namespace: 'shop', limit: 2 } })) names.push(name);
  expect(names).toEqual(['a', 'b', 'c']);
  expect(asked).toEqual(['http://weft.test/pods?namespace=shop&limit=2', 'http://weft.test/pods?namespace=shop&limit=2&cursor=two']);
});

it('fetches no further page when the loop is left', async () => {
  const { client, asked } = paged();
  for await (const { name } of list(client, '/services')) if (name === 'b') break;
  expect(asked).toHaveLength(1);
});

it('fills in what a path asks for', async () => {
  const { client, asked } = paged();
  for await (const _ of list(client, '/nodes/{id}/rules', { path: { id: 'node_1' } })) break;
  expect(asked).toEqual(['http://weft.test/nodes/node_1/rules']);
});

it('knows of every list what it holds', () => {
  expectTypeOf<Listed<'/services'>>().toEqualTypeOf<components['schemas']['Service']>();
  expectTypeOf<Listed<'/audit-events'>>().toEqualTypeOf<components['schemas']['AuditEvent']>();
  expectTypeOf<'/cluster'>().not.toExtend<ListPath>();
});
