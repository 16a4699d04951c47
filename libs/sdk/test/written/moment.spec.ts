import { expect, it } from 'vitest';
import { endOf, readWhen } from '../../src/written/moment.ts';
import { UnreadableError } from '../../src/written/unreadable-error.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');

it.each([
  ['4711', { revision: 4711 }],
  ['2026-11-21T08:00:00Z', { at: '2026-11-21T08:00:00.000Z' }],
  ['2026-11-21T08:00:00+02:00', { at: '2026-11-21T06:00:00.000Z' }],
  ['30m', { at: '2026-11-21T11:30:00.000Z' }],
  ['2h', { at: '2026-11-21T10:00:00.000Z' }],
  ['7d', { at: '2026-11-14T12:00:00.000Z' }],
])('reads %s', (text, when) => {
  expect(readWhen(text, NOW)).toEqual(when);
});

it.each(['', 'yesterday', '2w', 'at noon'])('says what is wrong with %j', (text) => {
  expect(() => readWhen(text, NOW)).toThrow(UnreadableError);
});

it('writes a moment as one end of a span', () => {
  expect([endOf({ revision: 7 }), endOf({ at: '2026-11-21T08:00:00.000Z' })]).toEqual(['7', '2026-11-21T08:00:00.000Z']);
});
