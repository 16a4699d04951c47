import { describe, expect, it } from 'vitest';
import { startLoop } from '../src/passes/loop.ts';

/** Passes that end when told to, with a record of how many began. */
function heldPasses() {
  let begun = 0;
  let running = 0;
  let end: () => void = () => undefined;
  let started = Promise.withResolvers<void>();
  return {
    passes: {
      async pass() {
        begun += 1;
        running += 1;
        expect(running).toBe(1);
        const held = Promise.withResolvers<void>();
        end = held.resolve;
        started.resolve();
        await held.promise;
        running -= 1;
      },
      nextPassAt: () => Number.POSITIVE_INFINITY,
    },
    begun: () => begun,
    async started() {
      await started.promise;
      started = Promise.withResolvers<void>();
    },
    end: () => end(),
  };
}

describe('startLoop', () => {
  it('runs once at start, and turns any number of wakes during a pass into exactly one more', async () => {
    const held = heldPasses();
    const loop = startLoop(held.passes, Date.now);
    await held.started();
    for (let n = 0; n < 20; n += 1) loop.wake();
    held.end();
    await held.started();
    expect(held.begun()).toBe(2);
    const closed = loop.close();
    held.end();
    await closed;
    expect(held.begun()).toBe(2);
  });

  it('wakes a loop that waits', async () => {
    const held = heldPasses();
    const loop = startLoop(held.passes, Date.now);
    await held.started();
    held.end();
    await new Promise((resolve) => setImmediate(resolve));
    loop.wake();
    await held.started();
    held.end();
    await loop.close();
    expect(held.begun()).toBe(2);
  });

  it('passes when one is due', async () => {
    let passes = 0;
    const third = Promise.withResolvers<void>();
    const loop = startLoop(
      {
        async pass() {
          passes += 1;
          if (passes === 3) third.resolve();
        },
        nextPassAt: () => Date.now() + (passes < 3 ? 1 : 1e9),
      },
      Date.now,
    );
    await third.promise;
    await loop.close();
    expect(passes).toBe(3);
  });
});
