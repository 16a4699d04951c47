import { expect, it } from 'vitest';
import { requestIdOf } from '../src/http/request-id.ts';

const from = (id: string | string[] | undefined) => requestIdOf({ headers: { 'x-request-id': id as string } });

it('takes over a usable id', () => {
  expect(from('order-42/retry=1')).toBe('order-42/retry=1');
});

it.each([undefined, '', 'a b', 'x'.repeat(129), 'a\u0007', ['a', 'b']])('makes one instead of %j', (id) => {
  expect(from(id)).toMatch(/^req_[0-9a-f]{24}$/);
});
