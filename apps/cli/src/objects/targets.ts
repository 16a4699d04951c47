import { kindOfId, kindsOf } from '../kinds/all-kinds.ts';
import type { AnyObject, Kind } from '../kinds/kind.ts';
import { UserError } from '../user-error.ts';

/** One object that is named. */
export interface Named {
  readonly kind: Kind;
  readonly nameOrId: string;
  readonly namespace?: string;
  /** Tells it from others that go by the same name. */
  readonly where?: (object: AnyObject) => boolean;
}

/** Which objects a command is about: all of some kinds that its filters leave, or single ones by name or id. */
export type Targets = { readonly every: readonly Kind[] } | { readonly each: readonly Named[] };

/** `svc/web`, `service/shop/web`, or an id alone. */
function single(text: string): Named {
  const byId = kindOfId(text);
  if (byId !== undefined) return { kind: byId, nameOrId: text };
  const [word = '', ...rest] = text.split('/');
  const [kind, ...more] = kindsOf(word);
  const [namespace, nameOrId] = rest.length === 2 ? rest : [undefined, rest[0]];
  if (kind === undefined || more.length > 0 || rest.length > 2 || !nameOrId)
    throw new UserError(`${text} names nothing: say <kind>/<name>`);
  if (namespace !== undefined && !kind.namespaced) throw new UserError(`${text}: ${kind.plural} are in no namespace`);
  return { kind, nameOrId, ...(namespace === undefined ? {} : { namespace }) };
}

/**
 * Reads what people write as they write it for kubectl: `services`, `svc,po`, `svc web api`, `svc/web po/web-1`, `svc/shop/web`, or ids.
 *
 * @throws UserError when it is none of these
 */
export function readTargets(words: readonly string[]): Targets {
  const [first, ...names] = words;
  if (first === undefined) throw new UserError('say of which kind: weft kinds lists them');
  if (words.some((word) => word.includes('/') || kindOfId(word) !== undefined) && (first.includes('/') || kindOfId(first) !== undefined))
    return { each: words.map(single) };
  const kinds = kindsOf(first);
  if (names.length === 0) return { every: kinds };
  const [kind, ...more] = kinds;
  if (kind === undefined || more.length > 0) throw new UserError('names need one kind: say svc/web po/web-1, or one kind before the names');
  return { each: names.map((nameOrId) => ({ kind, nameOrId })) };
}
