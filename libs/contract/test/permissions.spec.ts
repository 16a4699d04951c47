import { expect, it } from 'vitest';
import { isFleetWide, OPERATIONS, PERMISSIONS, permissionsOf, ROLES, roleMay, rolesWith } from '../src/index.ts';

const everywhere = (role: string) => permissionsOf({ role, namespaces: null });

it('lets nobody without a token do anything but look at health and documentation', () => {
  const open = OPERATIONS.filter(({ permission }) => permission === null).map(({ id }) => id);
  expect(open).toEqual(['nodeJoin', 'nodeJoinPreview', 'healthLive', 'healthReady', 'documentView']);
});

it('keeps what executors do and what people do apart', () => {
  expect(PERMISSIONS.filter((permission) => roleMay('node', permission) && rolesWith(permission).length > 1)).toEqual(['self.read']);
});

it('lets each role do more than the one below it', () => {
  expect(everywhere('admin')).toEqual(expect.arrayContaining(everywhere('operator')));
  expect(everywhere('operator')).toEqual(expect.arrayContaining(everywhere('viewer')));
  expect(everywhere('viewer').filter((permission) => !permission.endsWith('.read'))).toEqual([]);
});

it('gives an operator nothing that is identity, removal, settings or quotas', () => {
  expect(everywhere('admin').filter((permission) => !roleMay('operator', permission))).toEqual(
    expect.arrayContaining(['token.write', 'node.credential', 'node.remove', 'cluster.write', 'quota.write']),
  );
});

it('gives a token of some namespaces nothing that is about the fleet', () => {
  for (const role of ROLES) expect(permissionsOf({ role, namespaces: ['shop'] }).filter(isFleetWide)).toEqual([]);
});

it('lets some role do each operation', () => {
  const orphans = OPERATIONS.filter(({ permission }) => permission !== null && rolesWith(permission).length === 0);
  expect(orphans.map(({ id }) => id)).toEqual([]);
});

it('lets a role that is not in the table do nothing', () => {
  for (const role of ['toString', 'root', '']) expect(everywhere(role)).toEqual([]);
  expect(roleMay('admin', 'constructor')).toBe(false);
});
