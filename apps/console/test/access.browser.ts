import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { eventually } from '@weft/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type NodeWithKernel, nodeWithKernel } from '../../control-plane/test/explain/node-with-kernel.ts';
import { type ConsoleBench, startConsole } from './harness/console.ts';

let bench: ConsoleBench;
let node: NodeWithKernel;
let axe: string;
let service: string;
let rollout: string;
/** The revision before there was a service. */
let before: number;

beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  bench = await startConsole();
  const { api, redisUrl } = bench.plane;
  node = await nodeWithKernel(api, redisUrl, 'kernel');
  const pod = { name: 'web-1', node: node.name, labels: { app: 'web' }, ports: [{ containerPort: 8080 }], runtime: { type: 'none' } };
  await api.ok('POST /pods', { body: pod });
  before = (await api.ok('GET /cluster')).body.revision;
  service = (await api.ok('POST /services', { body: { name: 'web', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] } }))
    .body.id;
  await node.apply();
  const at = new Date().toISOString();
  const drift = {
    ...{
      id: 'drift_1',
      firstAt: at,
      lastAt: at,
      count: 1,
      noticedBy: 'nft-monitor',
      process: { pid: 4711, name: 'nft' },
      policy: 'repair',
    },
    ...{ outcome: 'repaired', settledAt: at, durationMs: 180, moreChanges: 0, message: '' },
    changes: [{ kind: 'nft', object: 'element of map service-ips', wanted: '198.19.0.7 . tcp . 80', found: '198.19.0.7 . tcp . 81' }],
  };
  rollout = (await api.ok('POST /rollouts', { body: { change: { backend: 'iptables' }, nodes: [node.name] } })).body.id;
  await api.ok('PUT /node-agent/drift', { token: node.token, body: { session: node.session, standing: 0, events: [drift] } });
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
  [() => '/rollouts', (page) => page.getByRole('row').filter({ hasText: 'backend: iptables' }).waitFor()],
  [() => `/rollouts/${rollout}`, (page) => page.getByRole('row').filter({ hasText: node.name }).waitFor()],
  [() => '/rollouts/new', (page) => page.getByRole('button', { name: 'Begin…' }).waitFor()],
  [
    () => `/reach?from=pod/web-1&to=service/web:80`,
    (page) => page.getByRole('checkbox', { name: 'Also rules that only looked at it' }).waitFor(),
  ],
  [() => '/trace', (page) => page.getByRole('combobox', { name: 'From' }).waitFor()],
  [() => '/capture', (page) => page.getByRole('button', { name: 'Start' }).waitFor()],
  [() => '/drift', (page) => page.getByRole('link', { name: /\d/ }).first().waitFor()],
  [() => '/drift/drift_1', (page) => page.getByRole('heading', { name: 'What was changed' }).waitFor()],
  [() => `/history?node=${node.name}&from=${before}`, (page) => page.getByText(`From revision ${before}`).waitFor()],
  [() => '/tokens', (page) => page.getByText('yours').waitFor()],
  [() => '/audit', (page) => page.getByRole('button', { name: /serviceCreate/ }).waitFor()],
  [() => '/join', (page) => page.getByRole('button', { name: 'Make a token' }).waitFor()],
];

/** What is warned of on a page, and cut off. */
const cutOff = (page: Page) =>
  page
    .getByRole('alert')
    .evaluateAll((alerts) => alerts.filter((one) => one.scrollHeight > one.clientHeight).map(({ textContent }) => textContent));

/** Every page is opened and looked at, one after the other. */
const MANY_PAGES_MS = 180_000;

it.each([
  ['light', null],
  ['dark', ['color-contrast']],
])(
  'has nothing for axe to find in %s',
  async (scheme, rules) => {
    const { page, complaints, end } = await bench.open('/pods');
    const toggle = page.getByRole('button', { name: /^(?:Dark|Light)$/ });
    if ((await toggle.textContent())?.toLowerCase() === scheme) await toggle.click();
    for (const [path, there] of PAGES) {
      await page.goto(`${bench.plane.api.url}/console${path()}`);
      await there(page);
      expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe(scheme);
      expect(await findings(page, rules), path()).toEqual([]);
      expect(await cutOff(page), path()).toEqual([]);
    }
    await page.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('textbox', { name: 'Token' }).waitFor();
    expect(await findings(page, rules), 'login').toEqual([]);
    expect(complaints).toEqual([]);
    await end();
  },
  MANY_PAGES_MS,
);

/** What a page runs to open the search; no task of its own comes in between before it says what has the focus. */
const OPENINGS = {
  'Ctrl K': `document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', code: 'KeyK', ctrlKey: true, bubbles: true }))`,
  '/': `document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', code: 'Slash', bubbles: true }))`,
  'its button': `[...document.querySelectorAll('header button')].find(({ textContent }) => textContent.startsWith('Search')).click()`,
};

it.each(Object.entries(OPENINGS))('loses no letter that is typed right after the search was opened by %s', async (_, opening) => {
  const { page, end } = await bench.open('/');
  await page.locator('.tile').first().waitFor();
  const button = page.getByRole('button', { name: 'Search' });
  await button.focus();
  expect(
    await page.evaluate(`(async () => {
    ${opening};
    for (let turn = 0; turn < 20; turn++) await null;
    return document.activeElement.getAttribute('aria-label');
  })()`),
  ).toBe('Search');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await button.and(page.locator(':focus')).waitFor();
  await end();
});

it('can be used without a mouse', async () => {
  const { page, complaints, end } = await bench.open('/');
  await page.locator('.tile').first().waitFor();
  await page.keyboard.press('Control+k');
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

it('asks and confirms without a mouse', async () => {
  const { page, complaints, end } = await bench.open('/pods');
  await page.getByRole('row').filter({ hasText: 'web-1' }).waitFor();
  await page.keyboard.press('/');
  await page.getByRole('textbox', { name: 'Search' }).waitFor();
  await page.keyboard.type('Reach');
  await eventually('one is found', async () => (await page.locator('.mantine-Spotlight-action').count()) === 1);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Reach' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.type('web-1');
  await page.getByRole('option', { name: 'pod/default/web-1', exact: true }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('service/');
  await page.getByRole('option', { name: 'service/default/web:80' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 2, name: /to 198\.19\.\d+\.\d+:80 TCP/ }).waitFor();

  await page.goto(`${bench.plane.api.url}/console/drift`);
  const freeze = page.getByRole('button', { name: 'Freeze the fleet…' });
  await freeze.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Freeze the fleet?' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await eventually('the focus is back', () => freeze.evaluate((button) => button === document.activeElement));
  expect((await bench.plane.api.ok('GET /cluster')).body.frozen).toBe(false);
  expect(complaints).toEqual([]);
  await end();
});
