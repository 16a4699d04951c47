/** What a token may be allowed to do, one word for each kind of object and way of touching it. */
export const PERMISSIONS = [
  'namespace.read',
  'namespace.write',
  'node.read',
  'node.write',
  'node.credential',
  'pod.read',
  'pod.write',
  'service.read',
  'service.write',
  'endpoint.read',
  'endpoint.write',
  'cluster.read',
  'cluster.write',
  'pool.read',
  'operation.read',
  'audit.read',
  'receipt.read',
  'metrics.read',
  'node-agent.act',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** What each role may do. `admin` is everything a person does and nothing an executor does; `node` is the reverse. */
export const ROLES = {
  admin: new Set<Permission>(PERMISSIONS.filter((permission) => permission !== 'node-agent.act')),
  node: new Set<Permission>(['node-agent.act']),
} as const satisfies Record<string, ReadonlySet<Permission>>;

export type Role = keyof typeof ROLES;

/** True when a token of that role may do it. A role that is not in the table may do nothing. */
export function roleMay(role: string, permission: Permission): boolean {
  return Object.hasOwn(ROLES, role) && ROLES[role as Role].has(permission);
}
