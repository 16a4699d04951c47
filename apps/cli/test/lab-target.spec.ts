import { expect, it } from 'vitest';
import { parseTarget } from '../src/lab-target.ts';

it.each([
  ['node-1', { kind: 'host', name: 'node-1' }],
  ['pod/web-1', { kind: 'pod', namespace: 'default', name: 'web-1' }],
  ['pod/shop/web-1', { kind: 'pod', namespace: 'shop', name: 'web-1' }],
  ['shop/web-1', { kind: 'pod', namespace: 'shop', name: 'web-1' }],
  ['web-1', { kind: 'pod', namespace: 'default', name: 'web-1' }],
])('lab exec %s', (text, target) => {
  expect(parseTarget(text, ['node-1', 'client'])).toEqual(target);
});
