import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@weft/host';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../cli/src/fleet/preflight.ts';
import { launchChromium } from './harness/chromium.ts';

const root = join(import.meta.dirname, '../../..');
const PAGE = 'docs/howto/console.md';

/** A folder for the pictures of the manual: set it to make them anew. */
const pictures = process.env.WEFT_SCREENSHOTS;

let directory: string;
let browser: Browser;
let url: string;
let token: string;

/** Runs what a person pastes, in a folder with an entry script that takes another port and state directory. */
async function bash(text: string): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand({
    argv: ['bash', '--norc', '-eu', '-c', `cd ${directory}\n${text}`],
    timeoutMs: 110_000,
  });
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-console-'));
  const cli = `WEFT_STATE=${directory}/state exec ${process.execPath} ${root}/apps/cli/dist/main.mjs`;
  const script = `#!/bin/sh\ncase $1 in up) shift; set -- up --port ${await freePort('127.0.0.1')} "$@" ;; esac\n${cli} "$@"\n`;
  await writeFile(join(directory, 'weft'), script);
  await chmod(join(directory, 'weft'), 0o755);
  const [, opening = ''] = /^```sh\n(.*?)^```$/ms.exec(await readFile(join(root, PAGE), 'utf8')) ?? [];
  const said = /^open (\S+)\/console\/ and show the token (\S+)$/m.exec(await bash(opening));
  [url, token] = [said?.[1] ?? '', said?.[2] ?? ''];
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await bash('./weft down --purge');
  await rm(directory, { recursive: true });
});

async function open(path: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  await page.addInitScript(`sessionStorage.setItem('weft-token', '${token}')`);
  await page.goto(`${url}/console${path}`);
  return page;
}

const keep = async (page: Page, name: string) => {
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });
};

it('shows a real fleet: its map, its rules, its traffic, and the way of a packet', async () => {
  const fleet = await open('/');
  await fleet.getByText('Everything that was asked for is live.').waitFor();
  await fleet.getByRole('combobox', { name: 'Follow a service' }).selectOption({ label: 'default/web' });
  await expect.poll(() => fleet.locator('.tile[data-chosen]').count()).toBe(3);
  await keep(fleet, 'fleet');

  const nodes = await open('/nodes');
  await nodes.getByRole('link', { name: 'node-2' }).click();
  const unrelated = (await nodes.locator('.rule').first().textContent()) ?? '';
  await nodes.getByRole('textbox', { name: 'A part of the rule' }).fill('default/web');
  await nodes.locator('.rule').getByText(unrelated, { exact: true }).waitFor({ state: 'detached' });
  const rule = nodes.getByRole('button', { name: /default\/web/ }).first();
  await rule.waitFor();
  await rule.focus();
  await nodes.getByRole('dialog').getByText('as it was applied').waitFor();
  await keep(nodes, 'rules');

  const services = await open('/services');
  await services.getByRole('link', { name: 'default/web' }).click();
  await services.getByRole('tab', { name: 'Traffic' }).click();
  const ip = /198\.19\.\d+\.\d+/.exec((await services.locator('.facts').first().textContent()) ?? '')?.[0];
  await bash(`for i in 1 2 3 4 5 6 7; do ./weft lab exec pod/web-1 -- curl -s -o /dev/null http://${ip}/; done`);
  await services.getByRole('row').filter({ hasText: 'node-1' }).getByRole('cell', { name: '7', exact: true }).waitFor();

  const trace = await open('/trace');
  await trace.getByRole('combobox', { name: 'From' }).fill('pod/web-1');
  await trace.getByRole('combobox', { name: 'To', exact: true }).fill('service/web:80');
  await trace.getByRole('button', { name: 'Follow' }).click();
  await trace.getByRole('heading', { name: /reachable: a packet of TCP/ }).waitFor();
  await trace.getByRole('heading', { name: 'node-1' }).waitFor();
  await trace.getByText('service default/web').first().waitFor();
  await keep(trace, 'trace');
});
