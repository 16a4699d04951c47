import { expect, it } from 'vitest';
import { Bell, pause } from '../src/clock.ts';

const NEVER = 1_000_000;

it('wakes everybody who waits for the bell, and nobody who comes later', async () => {
  const bell = new Bell();
  const first = Promise.all([bell.wait(NEVER), bell.wait(NEVER)]);
  bell.ring();
  await first;
  const stop = new AbortController();
  let woken = false;
  const second = bell.wait(NEVER, stop.signal).then(() => {
    woken = true;
  });
  await pause(1);
  expect(woken).toBe(false);
  stop.abort();
  await second;
});

it('ends a pause with its time or with its signal', async () => {
  await pause(1);
  await pause(NEVER, AbortSignal.abort());
  await new Bell().wait(1);
  await new Bell().wait(NEVER, AbortSignal.abort());
});
