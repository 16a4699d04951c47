import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConsoleBench, startConsole } from './harness/console.ts';

let bench: ConsoleBench;

beforeAll(async () => {
  bench = await startConsole();
});
afterAll(() => bench.close());

it('makes a token, shows its text once, and revokes it', async () => {
  const { page, complaints, end } = await bench.open('/tokens');
  await page.getByRole('row').filter({ hasText: 'admin' }).getByText('yours').waitFor();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('ci');
  await page.getByLabel('Role').selectOption('operator');
  await page.getByRole('textbox', { name: 'Namespaces' }).fill('shop, blog');
  await page.getByRole('button', { name: 'Make a token' }).click();
  const issued = page.getByRole('alert').filter({ hasText: 'its text, shown once' });
  const token = (await issued.locator('pre').textContent()) ?? '';
  expect((await bench.plane.api.ok('GET /whoami', { token })).body).toMatchObject({
    name: 'ci',
    role: 'operator',
    namespaces: ['shop', 'blog'],
  });
  await issued.getByRole('button', { name: 'I have it' }).click();
  await issued.waitFor({ state: 'detached' });
  expect(await page.content()).not.toContain(token);

  const row = page.getByRole('row').filter({ hasText: 'shop, blog' });
  await row.getByRole('button', { name: 'Revoke ci…' }).click();
  await page.getByRole('dialog', { name: 'Revoke ci?' }).getByRole('button', { name: 'Revoke ci' }).click();
  await row.waitFor({ state: 'detached' });
  expect((await bench.plane.api.send('GET /whoami', { token })).status).toBe(401);
  expect(complaints).toEqual([]);
  await end();
});

it('says what is wrong with a token that cannot be made', async () => {
  const { page, end } = await bench.open('/tokens');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('admin');
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.getByRole('alert').filter({ hasText: 'NameTaken' }).waitFor();
  await end();
});
