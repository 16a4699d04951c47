import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type NodeWithKernel, nodeWithKernel } from '../../control-plane/test/explain/node-with-kernel.ts';
import { type ConsoleBench, startConsole } from './harness/console.ts';

let bench: ConsoleBench;
let node: NodeWithKernel;
let axe: string;
let service: string;

beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  bench = await startConsole();
  const { api, redisUrl } = bench.plane;
  node = await nodeWithKernel(api, redisUrl, 'kernel');
  const pod = { name: 'web-1', node: node.name, labels: { app: 'web' }, ports: [{ containerPort: 8080 }], runtime: { type: 'none' } };
  await api.ok('POST /pods', { body: pod });
  service = (await api.ok('POST /services', { body: { name: 'web', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] } }))
    .body.id;
  await node.apply();
});
afterAll(async () => {
  await node.close();
  await bench.close();
});

/** What axe finds: the rule, and the first places where it is broken. All of its rules, or those of that name. */
async function findings(page: Page, rules: readonly string[] | null = null): Promise<string[]> {
  await page.evaluate(axe);
  const options = rules === null ? {} : { runOnly: rules };
  const result = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

/** Every page, with what is on it once it is there. */
const PAGES: readonly (readonly [path: () => string, there: (page: Page) => Promise<void>])[] = [
  [() => '/', (page) => page.locator('.tile').first().waitFor()],
  [() => '/services', (page) => page.getByRole('link', { name: 'default/web' }).waitFor()],
  [() => `/services/${service}`, (page) => page.getByRole('row').filter({ hasText: 'web-1' }).waitFor()],
  [() => '/nodes', (page) => page.getByRole('link', { name: node.name }).waitFor()],
  [() => `/nodes/${node.id}`, (page) => page.locator('.rule').first().waitFor()],
  [() => '/pods', (page) => page.getByRole('row').filter({ hasText: 'web-1' }).waitFor()],
  [() => '/plan', (page) => page.getByRole('textbox', { name: 'Documents' }).waitFor()],
  [() => '/trace', (page) => page.getByRole('textbox', { name: 'From' }).waitFor()],
  [() => '/audit', (page) => page.getByRole('button', { name: /serviceCreate/ }).waitFor()],
  [() => '/join', (page) => page.getByRole('button', { name: 'Make a token' }).waitFor()],
];

it.each([
  ['light', null],
  ['dark', ['color-contrast']],
])('has nothing for axe to find in %s', async (scheme, rules) => {
  const { page, complaints, end } = await bench.open('/pods');
  const toggle = page.getByRole('button', { name: /^(?:Dark|Light)$/ });
  if ((await toggle.textContent())?.toLowerCase() === scheme) await toggle.click();
  for (const [path, there] of PAGES) {
    await page.goto(`${bench.plane.api.url}/console${path()}`);
    await there(page);
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe(scheme);
    expect(await findings(page, rules), path()).toEqual([]);
  }
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('textbox', { name: 'Token' }).waitFor();
  expect(await findings(page, rules), 'login').toEqual([]);
  expect(complaints).toEqual([]);
  await end();
});

it('can be used without a mouse', async () => {
  const { page, complaints, end } = await bench.open('/');
  await page.locator('.tile').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Search' }).waitFor();
  await page.keyboard.type('default/web');
  await page
    .getByRole('option', { name: /default\/web service/ })
    .or(page.getByText('service, '))
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'default/web' }).waitFor();
  expect(await page.evaluate('document.activeElement.id')).toBe('main');
  await page.getByRole('tab', { name: 'Endpoints' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('tab', { name: 'Nodes', selected: true }).waitFor();
  await page.getByRole('row').filter({ hasText: node.name }).getByRole('link').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: node.name }).waitFor();
  expect(complaints).toEqual([]);
  await end();
});
