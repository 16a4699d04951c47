import { ConnectionError } from '@weft/sdk';
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

/** What is told of records that look so, one look after the other; an error is a look that fails. */
async function follow(looks: readonly (readonly FleetEvent[] | Error)[]): Promise<{ told: string[]; since: string[] }> {
  const since: string[] = [];
  const told: string[] = [];
  const stop = new AbortController();
  const read = async (from: string) => {
    since.push(from);
    if (since.length === looks.length) stop.abort();
    const look = looks[since.length - 1] ?? [];
    if (look instanceof Error) throw look;
    return look.filter(({ at }) => at >= from);
  };
  const following = (async () => {
    for await (const { id, message } of followEvents(read, '2026-11-21T08:00:00.000Z', stop.signal, 1)) told.push(`${id}${message}`);
  })();
  await Promise.all([following, vi.advanceTimersByTimeAsync(1_000 * looks.length)]);
  return { told, since };
}

it('tells each event once, also one that comes late, and again when it says something else', async () => {
  const [a, late, b] = [event('a', '05:00'), event('late', '04:30'), event('b', '05:10')];
  const { told } = await follow([[a], [late, a], [late, a, b], [late, { ...a, message: ' anew' }, b]]);
  expect(told).toEqual(['a', 'late', 'b', 'a anew']);
});

const lost = new ConnectionError('http://weft.test', null);

it('goes on when the API is gone for a while, and tells what happened meanwhile', async () => {
  const [a, b] = [event('a', '05:00'), event('b', '05:01')];
  expect((await follow([[a], lost, lost, [a, b]])).told).toEqual(['a', 'b']);
});

it('gives up when the API is gone for longer, and at once when it refuses', async () => {
  await expect(follow([[], ...Array.from({ length: 70 }, () => lost)])).rejects.toBe(lost);
  const refused = new Error('refused');
  await expect(follow([[], refused, []])).rejects.toBe(refused);
});

it('looks back no further than it must', async () => {
  const { since } = await follow([[event('a', '05:00')], [event('b', '09:00')], []]);
  expect(since).toEqual(['2026-11-21T08:00:00.000Z', '2026-11-21T08:04:00.000Z', '2026-11-21T08:08:00.000Z']);
});
