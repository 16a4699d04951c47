import { expect, it } from 'vitest';
import { decide } from '../src/index.ts';

const podCreate = { id: 'podCreate', permission: 'pod.write' } as const;
const nodeList = { id: 'nodeList', permission: 'node.read' } as const;
const healthLive = { id: 'healthLive', permission: null } as const;

it('says which roles could do what this one may not', () => {
  expect(decide({ role: 'viewer', namespaces: null }, podCreate, null)).toEqual({
    allowed: false,
    reason: 'a token of role viewer has no permission pod.write, which podCreate needs; roles that have it: admin, operator',
  });
});

it('keeps a token of some namespaces to them', () => {
  const shop = { role: 'operator', namespaces: ['shop'] } as const;
  expect(decide(shop, podCreate, null).allowed).toBe(true);
  expect(decide(shop, podCreate, 'shop').allowed).toBe(true);
  expect(decide(shop, podCreate, 'kitchen')).toEqual({ allowed: false, reason: 'this token reaches only namespaces shop, not kitchen' });
});

it('keeps a token of some namespaces from what is about the fleet, whatever its role', () => {
  expect(decide({ role: 'admin', namespaces: ['shop'] }, nodeList, null)).toEqual({
    allowed: false,
    reason: 'nodeList is about the whole fleet; this token reaches only namespaces shop',
  });
  expect(decide({ role: 'admin', namespaces: null }, nodeList, null).allowed).toBe(true);
});

it('lets anybody do what needs no token', () => {
  expect(decide({ role: 'node', namespaces: null }, healthLive, null).allowed).toBe(true);
});
