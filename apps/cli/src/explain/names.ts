import { UserError } from '../user-error.ts';

/** An object as it is named on a command line. */
export type OwnerName =
  | { readonly kind: 'service' | 'pod'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'cluster' };

const FORMS = 'service/<namespace>/<name>, pod/<namespace>/<name>, node/<name> or cluster';

/** Reads the name of an object. Without a namespace it is one of the namespace default. Throws UserError. */
export function readOwner(text: string): OwnerName {
  const [kind, ...words] = text.split('/');
  const [namespace, name] = words.length === 1 ? ['default', words[0]] : words;
  if (kind === 'cluster' && words.length === 0) return { kind };
  if (kind === 'node' && words.length === 1 && name) return { kind, name };
  if ((kind === 'service' || kind === 'pod') && words.length <= 2 && namespace && name) return { kind, namespace, name };
  throw new UserError(`${text} names nothing: say ${FORMS}`);
}

/** Reads the name of a node: `node/n1` or `n1`. Throws UserError. */
export function readNode(text: string): OwnerName & { readonly kind: 'node' } {
  const owner = readOwner(text.includes('/') ? text : `node/${text}`);
  if (owner.kind !== 'node') throw new UserError(`${text} is no node: say node/<name>`);
  return owner;
}
