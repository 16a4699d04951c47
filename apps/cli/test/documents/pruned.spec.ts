import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { wantedBy } from '../../src/documents/prune.ts';

const WEB = 'kind: service\nname: web\nnamespace: shop\nlabels: { app: shop }\nports: [{ port: 80 }]\n';

let directory: string;
let server: Server;
let pods: readonly string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-prune-'));
  await writeFile(join(directory, 'shop.yaml'), WEB);
  server = createServer(({ url = '' }, answer) => {
    const names = url.startsWith('/pods') ? pods : ['web', 'old'];
    const items = names.map((name) => ({ id: name, name, namespace: 'shop' }));
    answer.setHeader('content-type', 'application/json').end(JSON.stringify({ items, nextCursor: null, revision: 1 }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  vi.stubEnv('WEFT_CONTEXTS', join(directory, 'none'));
  vi.stubEnv('WEFT_CONTEXT', '');
  vi.stubEnv('WEFT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('WEFT_TOKEN', 'test');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true });
});

const pruned = async () =>
  (await wantedBy({ file: [join(directory, 'shop.yaml')], strict: false, prune: true, selector: 'app=shop' })).removed;

it('prunes what no document is about', async () => {
  pods = ['web-1'];
  expect(await pruned()).toEqual([
    { kind: 'service', namespace: 'shop', name: 'old' },
    { kind: 'pod', namespace: 'shop', name: 'web-1' },
  ]);
});

it('says how to go on when there is more than goes at once', async () => {
  pods = Array.from({ length: 200 }, (_, n) => `web-${n}`);
  await expect(pruned()).rejects.toThrow(
    /^201 services and pods .* 200 can be pruned at once: choose fewer by --selector, or .* weft delete/,
  );
});
