import { createClient } from '@weft/sdk';
import { expect, it } from 'vitest';
import { type Finding, find, fullName } from '../../src/objects/find.ts';
import { readTargets } from '../../src/objects/targets.ts';

const SERVICES = ['a', 'b'].map((name) => ({ id: `svc_${name}`, name, namespace: 'shop' }));
const OPERATIONS = Array.from({ length: 150 }, (_, at) => ({ id: `op_${at}` }));

/** An API with some services and many operations, which knows names and namespaces. */
async function fetch({ url }: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(url);
  if (pathname === '/operations') {
    const at = Number(searchParams.get('cursor') ?? 0);
    return Response.json({
      items: OPERATIONS.slice(at, at + 60),
      nextCursor: at + 60 < OPERATIONS.length ? `${at + 60}` : null,
      revision: 1,
    });
  }
  const is = (field: 'name' | 'namespace', one: (typeof SERVICES)[number]) => [null, one[field]].includes(searchParams.get(field));
  return Response.json({ items: SERVICES.filter((one) => is('name', one) && is('namespace', one)), nextCursor: null, revision: 1 });
}

async function found(words: readonly string[], namespace?: string, finding?: Finding): Promise<string[]> {
  const client = createClient({ url: 'http://weft.test', token: 't', fetch });
  const names: string[] = [];
  for await (const one of find(client, readTargets(words), namespace === undefined ? {} : { namespace }, finding))
    names.push(fullName(one));
  return names;
}

it('finds all of a kind, and those of a name', async () => {
  expect(await found(['svc'])).toEqual(['service/shop/a', 'service/shop/b']);
  expect(await found(['svc', 'b'], 'shop')).toEqual(['service/shop/b']);
  expect(await found(['svc/shop/a'], 'elsewhere')).toEqual(['service/shop/a']);
});

it('says which name nothing has, or tells of just that one and finds the others', async () => {
  const missing: string[] = [];
  await expect(found(['svc', 'a', 'x', 'b'], 'shop')).rejects.toThrow('there is no service x in namespace shop');
  const onMissing = ({ message }: Error) => void missing.push(message);
  expect(await found(['svc', 'a', 'x', 'b'], 'shop', { onMissing })).toEqual(['service/shop/a', 'service/shop/b']);
  expect(missing).toEqual(['there is no service x in namespace shop']);
});

it('reads only the newest of what has no end', async () => {
  expect(await found(['operations'])).toHaveLength(100);
  expect(await found(['operations'], undefined, { newest: 3 })).toEqual(['operation/op_0', 'operation/op_1', 'operation/op_2']);
});
