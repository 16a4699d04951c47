/**
 * What a token may be allowed to do: one row for each kind of object and way of touching it. `reach` says whether it is about objects of namespaces, of which a
 * token may have only some, or about the fleet as a whole, which a token of some namespaces has nothing to do with. `roles` names those that may;
 * what is not named may not.
 */
const TABLE = {
  'self.read': { reach: 'namespace', roles: ['admin', 'operator', 'viewer', 'node'] },

  'namespace.read': { reach: 'namespace', roles: ['admin', 'operator', 'viewer'] },
  'namespace.write': { reach: 'fleet', roles: ['admin', 'operator'] },
  'apply.write': { reach: 'namespace', roles: ['admin', 'operator'] },
  'pod.read': { reach: 'namespace', roles: ['admin', 'operator', 'viewer'] },
  'pod.write': { reach: 'namespace', roles: ['admin', 'operator'] },
  'service.read': { reach: 'namespace', roles: ['admin', 'operator', 'viewer'] },
  'service.write': { reach: 'namespace', roles: ['admin', 'operator'] },
  'endpoint.read': { reach: 'namespace', roles: ['admin', 'operator', 'viewer'] },
  'endpoint.write': { reach: 'namespace', roles: ['admin', 'operator'] },
  'capture.start': { reach: 'namespace', roles: ['admin'] },
  'quota.read': { reach: 'namespace', roles: ['admin', 'operator', 'viewer'] },
  'quota.write': { reach: 'fleet', roles: ['admin'] },

  'node.read': { reach: 'fleet', roles: ['admin', 'operator', 'viewer'] },
  'node.write': { reach: 'fleet', roles: ['admin', 'operator'] },
  'rollout.read': { reach: 'fleet', roles: ['admin', 'operator', 'viewer'] },
  'rollout.write': { reach: 'fleet', roles: ['admin', 'operator'] },
  'node.drain': { reach: 'fleet', roles: ['admin', 'operator'] },
  'node.create': { reach: 'fleet', roles: ['admin'] },
  'node.remove': { reach: 'fleet', roles: ['admin'] },
  'node.credential': { reach: 'fleet', roles: ['admin'] },
  'node.capture': { reach: 'fleet', roles: ['admin'] },
  'node.approve': { reach: 'fleet', roles: ['admin'] },
  'join-token.read': { reach: 'fleet', roles: ['admin'] },
  'join-token.write': { reach: 'fleet', roles: ['admin'] },
  'cluster.read': { reach: 'fleet', roles: ['admin', 'operator', 'viewer'] },
  'cluster.write': { reach: 'fleet', roles: ['admin'] },
  'pool.read': { reach: 'fleet', roles: ['admin', 'operator', 'viewer'] },

  'operation.read': { reach: 'namespace', roles: ['admin', 'operator', 'viewer'] },
  'audit.read': { reach: 'namespace', roles: ['admin', 'operator', 'viewer'] },
  'rollback.write': { reach: 'namespace', roles: ['admin', 'operator'] },
  'history.read': { reach: 'namespace', roles: ['admin', 'operator', 'viewer'] },
  'rule.read': { reach: 'fleet', roles: ['admin', 'operator', 'viewer'] },
  'receipt.read': { reach: 'fleet', roles: ['admin', 'operator', 'viewer'] },
  'audit.export': { reach: 'namespace', roles: ['admin'] },
  'receipt.export': { reach: 'fleet', roles: ['admin'] },
  'chain.read': { reach: 'fleet', roles: ['admin', 'operator', 'viewer'] },
  'checkpoint.read': { reach: 'fleet', roles: ['admin', 'operator', 'viewer'] },
  'checkpoint.write': { reach: 'fleet', roles: ['admin', 'operator'] },
  'drift.read': { reach: 'fleet', roles: ['admin', 'operator', 'viewer'] },
  'trace.read': { reach: 'fleet', roles: ['admin', 'operator', 'viewer'] },
  'trace.start': { reach: 'fleet', roles: ['admin', 'operator'] },
  'reachability.read': { reach: 'fleet', roles: ['admin', 'operator', 'viewer'] },
  'metrics.read': { reach: 'fleet', roles: ['admin', 'operator', 'viewer'] },

  'token.read': { reach: 'namespace', roles: ['admin'] },
  'token.write': { reach: 'namespace', roles: ['admin'] },

  'node-agent.act': { reach: 'fleet', roles: ['node'] },
} as const satisfies Record<string, Row>;

interface Row {
  readonly reach: 'namespace' | 'fleet';
  readonly roles: readonly Role[];
}

/** Roles: `admin` also identity, removal, settings and quotas; `operator` the daily work; `viewer` only reads; `node` is an executor's and does nothing else. */
export const ROLES = ['admin', 'operator', 'viewer', 'node'] as const;
export type Role = (typeof ROLES)[number];

export type Permission = keyof typeof TABLE;

/** Every permission. */
export const PERMISSIONS = Object.keys(TABLE) as Permission[];

const rowOf = (permission: string): Row | undefined => (Object.hasOwn(TABLE, permission) ? TABLE[permission as Permission] : undefined);

/** Roles that have a permission; none when there is no such permission. */
export const rolesWith = (permission: string): readonly Role[] => rowOf(permission)?.roles ?? [];

/** True when a token of that role may do it somewhere. */
export function roleMay(role: string, permission: string): boolean {
  return rolesWith(permission).some((one) => one === role);
}

/** True for what a token of some namespaces can never do, whatever its role. */
export function isFleetWide(permission: Permission): boolean {
  return TABLE[permission].reach === 'fleet';
}

/** What a token can do: all that its role may, and of that only what is about namespaces when it has only some (null: all of them). */
export function permissionsOf({
  role,
  namespaces,
}: {
  readonly role: string;
  readonly namespaces: readonly string[] | null;
}): Permission[] {
  return PERMISSIONS.filter((permission) => roleMay(role, permission) && (namespaces === null || !isFleetWide(permission)));
}
