import { expect, test } from 'vitest';
import { readCaptured, readFrom, readTo } from '../../src/written/ends.ts';

test.each([
  ['pod/shop/basket', { pod: 'shop/basket' }],
  ['pod/basket', { pod: 'default/basket' }],
  ['node/node-1', { node: 'node-1' }],
  ['203.0.113.9@node-1', { outside: { address: '203.0.113.9', via: 'node-1' } }],
])('%s sends', (text, from) => {
  expect(readFrom(text)).toEqual(from);
});

test.each([
  ['service/shop/web:80', { to: { service: 'shop/web' }, port: 80 }],
  ['service/web:80', { to: { service: 'default/web' }, port: 80 }],
  ['pod/shop/web-1:8080', { to: { pod: 'shop/web-1' }, port: 8080 }],
  ['node/node-1:30080', { to: { node: 'node-1' }, port: 30080 }],
  ['198.19.0.10:80', { to: { address: '198.19.0.10' }, port: 80 }],
])('%s is sent to', (text, to) => {
  expect(readTo(text)).toEqual(to);
});

test.each([
  ['pod/shop/web-1', { kind: 'pod', namespace: 'shop', name: 'web-1' }],
  ['service/web', { kind: 'service', namespace: 'default', name: 'web' }],
  ['node/node-1', { kind: 'node', namespace: '', name: 'node-1' }],
])('%s is captured', (text, captured) => {
  expect(readCaptured(text)).toEqual(captured);
});

test('what is neither is refused in words', () => {
  expect(() => readFrom('basket')).toThrow('not somebody who sends: basket (write pod/<namespace>/<name>');
  expect(() => readTo('service/web')).toThrow('service/web has no port: write service/web:80');
  expect(() => readCaptured('web-1')).toThrow('nothing to capture: web-1 (write pod/<namespace>/<name>');
  expect(() => readTo('web:80')).toThrow('nobody to send to: web:80 (write service/');
});
