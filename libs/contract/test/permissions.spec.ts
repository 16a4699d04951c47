import { expect, it } from 'vitest';
import { OPERATIONS, ROLES, roleMay } from '../src/index.ts';

it('lets nobody without a token do anything but look at health and documentation', () => {
  const open = OPERATIONS.filter(({ permission }) => permission === null).map(({ id }) => id);
  expect(open).toEqual(['healthLive', 'healthReady', 'documentView']);
});

it('keeps what executors do and what people do apart', () => {
  for (const permission of ROLES.node) expect(roleMay('admin', permission)).toBe(false);
  for (const permission of ROLES.admin) expect(roleMay('node', permission)).toBe(false);
});

it('lets some role do each operation', () => {
  const orphans = OPERATIONS.filter(
    ({ permission }) => permission !== null && !roleMay('admin', permission) && !roleMay('node', permission),
  );
  expect(orphans.map(({ id }) => id)).toEqual([]);
});

it('lets a role that is not in the table do nothing', () => {
  expect(roleMay('toString', 'pod.read')).toBe(false);
  expect(roleMay('operator', 'pod.read')).toBe(false);
});
