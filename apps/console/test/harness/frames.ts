import type { Page } from 'playwright-core';

/** What a page took to be seen, and to be moved about in. */
export interface Figures {
  readonly firstContentfulPaintMs: number;
  readonly fps: number;
  readonly slowestFrameMs: number;
}

/** Counts frames until told to stop; runs in the page. */
const COUNT = `new Promise((done) => {
  const at = [];
  const tick = (now) => { at.push(now); window.weftStop ? done(at) : requestAnimationFrame(tick); };
  window.weftStop = false;
  requestAnimationFrame(tick);
})`;

/** Steps of the mouse, which the browser gets one after the other. */
const STEPS = 120;

/** Drags the map to and fro and counts the frames that the browser drew meanwhile. */
export async function framesWhilePanning(page: Page): Promise<Figures> {
  const firstContentfulPaintMs = (await page.evaluate(
    `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN`,
  )) as number;
  const pane = await page.locator('.react-flow__pane').boundingBox();
  if (pane === null) throw new Error('there is no map');
  const [x, y] = [pane.x + pane.width / 2, pane.y + 12];
  const counting = page.evaluate(COUNT) as Promise<number[]>;
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 0; step < STEPS; step += 1) await page.mouse.move(x + 300 * Math.sin(step / 10), y + step);
  await page.mouse.up();
  await page.evaluate('window.weftStop = true');
  const at = await counting;
  const gaps = at.slice(1).map((time, index) => time - (at[index] ?? time));
  const seconds = ((at.at(-1) ?? 0) - (at[0] ?? 0)) / 1000;
  return { firstContentfulPaintMs, fps: gaps.length / seconds, slowestFrameMs: Math.max(...gaps) };
}
