import { type Caller, tokenApi } from '../api/token-api.ts';

/** Lines that say who a token stands for and what it can do. */
export function callerLines({ kind, name, role, namespaces, expiresAt, permissions }: Caller): string[] {
  const reach = namespaces === null ? 'everything' : `namespaces ${namespaces.join(', ')}`;
  const who = kind === 'node' ? `node ${name}: an executor` : `${name}: ${role} of ${reach}`;
  return [`${who}, until ${expiresAt ?? 'it is revoked'}`, `may: ${permissions.join(' ')}`];
}

/** Prints who the token stands for and what it can do. */
export async function whoami({ state }: { readonly state?: string }): Promise<void> {
  const api = await tokenApi(state);
  console.log(callerLines(await api.whoami()).join('\n'));
}
