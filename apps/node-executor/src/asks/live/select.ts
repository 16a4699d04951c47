import type { LiveObject, LiveSelection } from '@weft/jobs';
import { identityOf } from '@weft/kernel';

/** Those of the objects that a question is about, in their order. */
export function selectLive(objects: readonly LiveObject[], { kinds, text, identities, foreign }: LiveSelection): readonly LiveObject[] {
  const wanted = kinds === null ? null : new Set(kinds);
  const named = identities === null ? null : new Set(identities);
  return objects.filter(
    (object) =>
      (wanted === null || wanted.has(object.kind)) &&
      (foreign === null || foreign === object.foreign) &&
      (named === null || named.has(identityOf(object))) &&
      (text === null || object.text.includes(text) || object.key.includes(text) || object.place.includes(text)),
  );
}
