import type { Page } from 'playwright-core';

/** Calls back at every frame for so long, and gives how many there were a second; runs in the page. */
const frames = (each: string, ms: number) => `new Promise((done) => {
  const pane = document.querySelector('.react-flow__pane');
  const box = pane?.getBoundingClientRect() ?? { x: 0, y: 0, width: 0 };
  const [x, y] = [box.x + box.width / 2, box.y + 12];
  const mouse = (type, on, dx, dy) => on?.dispatchEvent(new MouseEvent(type, { bubbles: true, view: window, buttons: 1, clientX: x + dx, clientY: y + dy }));
  mouse('mousedown', pane, 0, 0);
  let [first, count] = [null, 0];
  const tick = (now) => {
    first ??= now;
    count += 1;
    ${each}
    if (now - first < ${ms}) return requestAnimationFrame(tick);
    mouse('mouseup', window, 0, 0);
    done((count - 1) / (now - first) * 1000);
  };
  requestAnimationFrame(tick);
})`;

const MEASURED_MS = 2_000;

/** Frames a second while nothing moves: what this browser on this machine gives at best. */
export const framesAtRest = (page: Page) => page.evaluate(frames('', MEASURED_MS)) as Promise<number>;

/** Frames a second while the map is dragged to and fro, a step a frame. */
export const framesWhilePanning = (page: Page) =>
  page.evaluate(frames(`mouse('mousemove', window, 300 * Math.sin(count / 10), count);`, MEASURED_MS)) as Promise<number>;

/** When the page first showed something, in ms since it was asked for. */
export const firstContentfulPaint = (page: Page) =>
  page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN`) as Promise<number>;
