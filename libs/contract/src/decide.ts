import { beyondReach, reaches } from '@weft/model';
import type { Principal } from './call.ts';
import type { AnyOperation } from './definition.ts';
import { isFleetWide, permissionsOf, roleMay, rolesWith } from './permissions.ts';

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

type Powers = Pick<Principal, 'role' | 'namespaces'>;

/** Whether a token may be given such powers by somebody with these: nobody gives what they have not. */
export function mayGrant(maker: Powers, wanted: Powers): Decision {
  const has = new Set(permissionsOf(maker));
  const more = permissionsOf(wanted).filter((permission) => !has.has(permission));
  if (more.length > 0) return no(`a token of role ${wanted.role} could do what yours cannot: ${more.join(', ')}`);
  const beyond = wanted.namespaces?.find((namespace) => !reaches(maker.namespaces, namespace));
  if (maker.namespaces !== null && beyond !== undefined) return no(beyondReach(maker.namespaces, beyond));
  return { allowed: true, reason: `role ${maker.role} has all that role ${wanted.role} has` };
}
