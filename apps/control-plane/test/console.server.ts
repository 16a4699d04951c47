import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Plane, startPlane } from './harness/plane.ts';

let plane: Plane;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-console-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>weft</title>');
  await writeFile(join(folder, 'assets/index-abc.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'not a part of the console');
  plane = await startPlane({ WEFT_CONSOLE_DIR: folder });
});
afterAll(async () => {
  await plane.stop();
  await rm(folder, { recursive: true });
});

const get = (path: string, headers = {}) => fetch(`${plane.api.url}${path}`, { headers, redirect: 'manual' });

it.each(['/', '/console'])('leads from %s to the console', async (path) => {
  const { status, headers } = await get(path);
  expect([status, headers.get('location')]).toEqual([302, '/console/']);
});

it.each(['/console/', '/console/index.html', '/console/services/svc_1'])('shows the page at %s, anew at every visit', async (path) => {
  const page = await get(path);
  expect([page.status, await page.text()]).toEqual([200, '<!doctype html><title>weft</title>']);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('cache-control')).toBe('no-cache');
});

it('lets nothing inline through, and nothing from elsewhere', async () => {
  const policy = (await get('/console/')).headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
});

it('lets a browser keep what has a digest in its name', async () => {
  const { headers } = await get('/console/assets/index-abc.js');
  expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
});

it('sends nothing again that is known', async () => {
  const etag = (await get('/console/')).headers.get('etag') ?? '';
  const again = await get('/console/', { 'If-None-Match': `"other", ${etag}` });
  expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
  expect((await get('/console/', { 'If-None-Match': '"other"' })).status).toBe(200);
});

it.each(['/console/assets/gone.js', '/console/secret.txt', '/console/%2e%2e%2fpackage.json', '/console/..%2f..%2fetc/passwd.x'])(
  'has nothing at %s',
  async (path) => {
    const { status, body } = await plane.api.send(`GET ${path}`);
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'NotFound' });
  },
);

it('serves the API all the same where the console was not built, and the console once it is', async () => {
  const later = join(folder, 'later');
  const replica = await plane.replica({ WEFT_CONSOLE_DIR: later });
  expect((await fetch(`${replica.api.url}/console/`)).status).toBe(404);
  await mkdir(later);
  await writeFile(join(later, 'index.html'), 'built');
  expect(await (await fetch(`${replica.api.url}/console/`)).text()).toBe('built');
  await replica.stop();
});
