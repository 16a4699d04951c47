import type { AnyCall } from '@weft/contract';
import { expect, it } from 'vitest';
import { etagOf, matchOf } from '../src/http/preconditions.ts';

const calling = (ifMatch: string | null) => ({ ifMatch }) as AnyCall;

it('reads back the ETag it wrote', () => {
  expect(matchOf(calling(etagOf('8b0d7a52-1', { generation: 3 })))).toEqual({ epoch: '8b0d7a52-1', generation: 3 });
});

it('takes * for whatever is there', () => {
  expect(matchOf(calling(' * '))).toBe('any');
});

it.each(['W/"e.3"', '"nonsense"', 'e.3', '"e.3", "e.4"', '""'])('matches nothing with %s', (text) => {
  expect(matchOf(calling(text))).toEqual({ epoch: '', generation: -1 });
});

it('asks for If-Match when it is missing', () => {
  expect(() => matchOf(calling(null))).toThrow(expect.objectContaining({ code: 'PreconditionRequired' }));
});
