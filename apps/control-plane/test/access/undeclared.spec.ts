import { OPERATIONS } from '@weft/contract';
import { expect, it } from 'vitest';
import { undeclaredOperations } from '../../src/http/server.ts';

it('finds operations of which nobody has said who may call them', () => {
  expect(undeclaredOperations(OPERATIONS)).toEqual([]);
  const forgotten = { id: 'podFly', permission: undefined } as never;
  const madeUp = { id: 'podSing', permission: 'pod.sing' } as never;
  expect(undeclaredOperations([forgotten, madeUp, { id: 'podList', permission: 'pod.read' }])).toEqual(['podFly', 'podSing']);
});
