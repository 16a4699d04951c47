import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type Plane, startPlane } from '../../../control-plane/test/harness/plane.ts';
import { launchChromium } from './chromium.ts';

/** Where the build leaves the console; a test shows what is served. */
const BUILD = join(import.meta.dirname, '../../dist/index.html');

/** A control plane, and a browser to look at it with. */
export interface ConsoleBench {
  readonly plane: Plane;
  readonly browser: Browser;
  /** Opens the console at a path below /console, as somebody who has shown the administrator's token. */
  open(path?: string, viewport?: { width: number; height: number }): Promise<Visit>;
  close(): Promise<void>;
}

/** A visit: its page, and everything the browser found to complain about. */
export interface Visit {
  readonly page: Page;
  readonly complaints: string[];
  end(): Promise<void>;
}

/** Starts both. Throws when there is no build. */
export async function startConsole(): Promise<ConsoleBench> {
  if (!existsSync(BUILD)) throw new Error(`there is no ${BUILD}: NX_DAEMON=false nx run @weft/console:build`);
  const [plane, browser] = await Promise.all([startPlane(), launchChromium()]);
  // Nodes of these tests say nothing by themselves, and a slow machine takes minutes for all of a test's pages.
  await plane.api.ok('PATCH /cluster', { body: { notReadyAfterSeconds: 3600 }, headers: { 'If-Match': '*' } });
  return {
    plane,
    browser,
    open: (path = '/', viewport = { width: 1280, height: 800 }) => visit(browser, `${plane.api.url}/console${path}`, plane.admin, viewport),
    async close() {
      await browser.close();
      await plane.stop();
    },
  };
}

async function visit(browser: Browser, url: string, token: string | null, viewport: { width: number; height: number }): Promise<Visit> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  if (token !== null) await page.addInitScript(`sessionStorage.getItem('weft-token') ?? sessionStorage.setItem('weft-token', '${token}')`);
  await page.goto(url);
  return { page, complaints, end: () => context.close() };
}
