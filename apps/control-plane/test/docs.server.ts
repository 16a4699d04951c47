import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Plane, startPlane } from './harness/plane.ts';

let plane: Plane;
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.stop());

const get = (path: string) => fetch(`${plane.api.url}${path}`);

it.each(['/docs', '/docs/', '/v1/docs'])('shows the API at %s with nothing that comes from elsewhere', async (path) => {
  const page = await get(path);
  expect(page.headers.get('content-type')).toMatch(/^text\/html/);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  const parts = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => new URL(match[1] ?? '', page.url));
  expect(parts.length).toBeGreaterThan(3);
  expect(parts.filter(({ origin }) => origin !== new URL(plane.api.url).origin)).toEqual([]);
  for (const { pathname } of parts) expect((await get(pathname)).status).toBe(200);
});

it('shows the document that is served', async () => {
  const served = (await plane.api.ok('GET /openapi.json')).body;
  const shown = /let options = (\{.*?\n\});/s.exec(await (await get('/docs/swagger-ui-init.js')).text())?.[1] ?? '';
  expect(JSON.parse(shown).swaggerDoc).toEqual(served);
});

it.each(['/docs/nothing', '/docs/%2e%2e%2fpackage.json'])('has nothing at %s', async (path) => {
  const { status, body } = await plane.api.send(`GET ${path}`);
  expect({ status, code: body.code }).toEqual({ status: 404, code: 'NotFound' });
});
