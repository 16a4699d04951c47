import { expect, it } from 'vitest';
import { tokenLines } from '../src/commands/token.ts';
import { callerLines } from '../src/commands/whoami.ts';

const token = { id: 'tok_1', name: 'ci', role: 'operator', createdAt: '2026-11-21T08:00:00.000Z', createdBy: 'admin' } as const;

it('lists tokens with what they reach and how long they hold', () => {
  const file = {
    ...token,
    id: 'tok_0',
    name: 'admin',
    role: 'admin',
    createdBy: null,
    namespaces: null,
    expiresAt: null,
    lastUsedAt: null,
  } as const;
  const limited = {
    ...token,
    namespaces: ['shop', 'kitchen'],
    expiresAt: '2027-02-19T08:00:00.000Z',
    lastUsedAt: '2026-11-21T09:00:00.000Z',
  };
  expect(tokenLines([file, limited])).toEqual([
    'ID     NAME   ROLE      REACHES       EXPIRES                   LAST USED                 MADE BY',
    'tok_0  admin  admin     everything    never                     never                     (file)',
    'tok_1  ci     operator  shop,kitchen  2027-02-19T08:00:00.000Z  2026-11-21T09:00:00.000Z  admin',
  ]);
});

it('says who a token stands for', () => {
  const caller = {
    kind: 'user',
    name: 'ci',
    tokenId: 'tok_1',
    role: 'viewer',
    namespaces: ['shop'],
    expiresAt: null,
    permissions: ['self.read', 'pod.read'],
  } as const;
  expect(callerLines({ ...caller, namespaces: [...caller.namespaces], permissions: [...caller.permissions] })).toEqual([
    'ci: viewer of namespaces shop, until it is revoked',
    'may: self.read pod.read',
  ]);
  expect(callerLines({ ...caller, kind: 'node', name: 'node-1', role: 'node', namespaces: null, permissions: [] })[0]).toBe(
    'node node-1: an executor, until it is revoked',
  );
});
