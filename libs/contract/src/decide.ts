import { beyondReach } from '@weft/model';
import type { Principal } from './call.ts';
import type { AnyOperation } from './definition.ts';
import { isFleetWide, roleMay, rolesWith } from './permissions.ts';

/** Whether a caller may do something, and why or why not, for people. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

const no = (reason: string): Decision => ({ allowed: false, reason });

/**
 * Whether a caller may do an operation; with a namespace, whether it may do it to objects of that namespace. The guard and `canI` ask the same question here, so that
 * the second tells the truth about the first.
 */
export function decide(
  { role, namespaces }: Pick<Principal, 'role' | 'namespaces'>,
  { id, permission }: Pick<AnyOperation, 'id' | 'permission'>,
  namespace: string | null,
): Decision {
  if (permission === null) return { allowed: true, reason: `anybody may do ${id}` };
  if (!roleMay(role, permission))
    return no(
      `a token of role ${role} has no permission ${permission}, which ${id} needs; roles that have it: ${rolesWith(permission).join(', ')}`,
    );
  if (namespaces !== null && isFleetWide(permission))
    return no(`${id} is about the whole fleet; this token reaches only namespaces ${namespaces.join(', ')}`);
  if (namespace !== null && namespaces !== null && !namespaces.includes(namespace)) return no(beyondReach(namespaces, namespace));
  return { allowed: true, reason: `role ${role} has permission ${permission}` };
}
