import { ALL, KINDS, kindsOf } from '../kinds/all-kinds.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Candidates } from './completed.ts';

const NOTHING: Candidates = { words: [] };

const WORDS = [...KINDS.flatMap(({ plural, shortNames }) => [plural, ...shortNames]), ALL];

const isKind = (word: string): boolean => {
  try {
    return kindsOf(word).length > 0;
  } catch {
    return false;
  }
};

/** `svc/we…`, or a kind, or names of the kind that is there already. */
function targets(before: readonly string[], word: string): Candidates {
  const slash = word.indexOf('/');
  if (slash >= 0)
    return isKind(word.slice(0, slash)) ? { words: [], ask: { kinds: word.slice(0, slash), prefix: word.slice(0, slash + 1) } } : NOTHING;
  const [kind] = before;
  if (kind === undefined) return { words: WORDS };
  return isKind(kind) ? { words: [], ask: { kinds: kind, prefix: '' } } : NOTHING;
}

/** Objects that are named with their kind and place: `node/…`, `service/<namespace>/…`. */
const owners =
  (...kinds: readonly Kind['name'][]) =>
  (_: readonly string[], word: string): Candidates => {
    const [kind] = kinds.filter((one) => word.startsWith(`${one}/`));
    return kind === undefined ? { words: kinds.map((one) => `${one}/`) } : { words: [], ask: { kinds: kind, prefix: `${kind}/` } };
  };

const contexts = (): Candidates => ({ words: [], contexts: true });

const names = (kinds: string) => (): Candidates => ({ words: [], ask: { kinds, prefix: '' } });

/** By the name of the argument, or the long form of the option. What is not here has nothing to complete: the shell offers files. */
const PLACES: Readonly<Record<string, (before: readonly string[], word: string) => Candidates>> = {
  targets,
  '--for': targets,
  context: contexts,
  '--context': contexts,
  'node-name': names('node'),
  '--node': names('node'),
  '--namespace': names('namespace'),
  node: owners('node'),
  target: owners('node', 'service'),
  what: owners('pod', 'service', 'node'),
  from: owners('pod', 'node'),
  to: owners('service', 'pod', 'node'),
  'name-or-id': names('token'),
};

/** What stands in the place of an argument or an option value. */
export const placeOf = (place: string, before: readonly string[], word: string): Candidates => PLACES[place]?.(before, word) ?? NOTHING;
