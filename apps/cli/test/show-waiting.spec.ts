import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { showWaiting } from '../src/terminal/show-waiting.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What a terminal, or something else, gets to see while something takes so long. */
async function seen(isTTY: boolean, milliseconds: number): Promise<string> {
  const parts: unknown[] = [];
  const write = (part: unknown) => parts.push(part) > 0;
  const work = showWaiting('GET /services', new Promise((resolve) => setTimeout(resolve, milliseconds)), { isTTY, write });
  await vi.advanceTimersByTimeAsync(milliseconds);
  await work;
  return parts.join('');
}

it('shows on a terminal what takes longer than a second, and wipes it away', async () => {
  expect(await seen(true, 2_500)).toBe('\r\u001b[2Kwaiting for GET /services: 1 s\r\u001b[2Kwaiting for GET /services: 2 s\r\u001b[2K');
});

it('shows nothing of what is quick, and nothing where nobody looks', async () => {
  expect(await seen(true, 900)).toBe('');
  expect(await seen(false, 5_000)).toBe('');
});
