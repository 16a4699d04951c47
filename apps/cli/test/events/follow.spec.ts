import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FleetEvent } from '../../src/events/event.ts';
import { followEvents } from '../../src/events/follow.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const event = (id: string, at: string, message = ''): FleetEvent => ({
  id,
  at: `2026-11-21T08:${at}.000Z`,
  type: 'Change',
  by: 'a',
  about: 'b',
  message,
});

/** What is told of records that look so, one look after the other. */
async function follow(looks: readonly (readonly FleetEvent[])[]): Promise<{ told: string[]; since: string[] }> {
  const since: string[] = [];
  const told: string[] = [];
  const stop = new AbortController();
  const read = async (from: string) => {
    since.push(from);
    if (since.length === looks.length) stop.abort();
    return (looks[since.length - 1] ?? []).filter(({ at }) => at >= from);
  };
  const following = (async () => {
    for await (const { id, message } of followEvents(read, '2026-11-21T08:00:00.000Z', stop.signal)) told.push(`${id}${message}`);
  })();
  await vi.advanceTimersByTimeAsync(1_000 * looks.length);
  await following;
  return { told, since };
}

it('tells each event once, also one that comes late, and again when it says something else', async () => {
  const [a, late, b] = [event('a', '05:00'), event('late', '04:30'), event('b', '05:10')];
  const { told } = await follow([[a], [late, a], [late, a, b], [late, { ...a, message: ' anew' }, b]]);
  expect(told).toEqual(['a', 'late', 'b', 'a anew']);
});

it('looks back no further than it must', async () => {
  const { since } = await follow([[event('a', '05:00')], [event('b', '09:00')], []]);
  expect(since).toEqual(['2026-11-21T08:00:00.000Z', '2026-11-21T08:04:00.000Z', '2026-11-21T08:08:00.000Z']);
});
