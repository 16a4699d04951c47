import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inFiles } from '../../src/commands/delete.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-delete-'));
  vi.stubEnv('WEFT_CONTEXTS', join(directory, 'none'));
  vi.stubEnv('WEFT_NAMESPACE', '');
  vi.stubEnv('WEFT_CONTEXT', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

/** What would be deleted, as short texts. */
async function named(text: string, where: { namespace?: string; allNamespaces?: boolean } = {}): Promise<string[]> {
  const file = join(directory, 'shop.yaml');
  await writeFile(file, text);
  const targets = await inFiles([file], { allNamespaces: false, ...where });
  return 'each' in targets
    ? targets.each.map(({ kind, namespace, nameOrId }) => [kind.name, namespace, nameOrId].filter(Boolean).join('/'))
    : [];
}

const WEB = 'kind: service\nname: web\n';

it('is what documents name, in the namespace that is asked for', async () => {
  expect(await named(WEB)).toEqual(['service/default/web']);
  expect(await named(WEB, { namespace: 'shop' })).toEqual(['service/shop/web']);
  expect(await named(`${WEB}namespace: shop\n`)).toEqual(['service/shop/web']);
});

it('is what the files of a folder name, in the order of their names', async () => {
  await writeFile(join(directory, 'b.yml'), 'kind: pod\nname: web-1\n');
  await writeFile(join(directory, 'c.txt'), 'no document');
  await writeFile(join(directory, 'shop.yaml'), WEB);
  const targets = await inFiles([directory], { allNamespaces: false });
  expect('each' in targets ? targets.each.map(({ kind, nameOrId }) => `${kind.name}/${nameOrId}`) : []).toEqual([
    'service/web',
    'pod/web-1',
  ]);
  const empty = join(directory, 'empty');
  await mkdir(empty);
  await expect(inFiles([empty], { allNamespaces: false })).rejects.toThrow('is a folder without');
});

it('is nothing when a document is of another namespace, or all of them are asked for', async () => {
  await expect(named(`${WEB}namespace: other\n`, { namespace: 'shop' })).rejects.toThrow('written down in namespace other, not shop');
  await expect(named(WEB, { allNamespaces: true })).rejects.toThrow('-A does not go with --file');
});

it('goes last first, and namespaces after all that may be in them', async () => {
  const text = `${WEB}namespace: shop\n---\nkind: pod\nname: web-1\nnamespace: shop\n---\nkind: namespace\nname: shop\n`;
  expect(await named(text)).toEqual(['pod/shop/web-1', 'service/shop/web', 'namespace/shop']);
});
