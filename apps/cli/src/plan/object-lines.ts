import type { Plan } from '../api/apply-api.ts';
import type { Paint } from '../terminal/style.ts';

type Change = Plan['changes'][number];
type Fields = Readonly<Record<string, unknown>>;

/** What a field says when it says nothing. */
const EMPTY: ReadonlySet<string> = new Set(['null', '[]', '{}', '""']);

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

const said = (fields: Fields | null, name: string): string | null => {
  const text = JSON.stringify(fields?.[name] ?? null);
  return EMPTY.has(text) ? null : text;
};

/** The fields in which an object is otherwise than before, one line for what was and one for what is to be. */
function fieldLines(before: Fields | null, after: Fields | null, paint: Paint): string[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.flatMap((name) => {
    const [was, is] = [said(before, name), said(after, name)];
    if (was === is) return [];
    return [
      ...(was === null ? [] : [paint('red', `-   ${name}: ${shown(before?.[name])}`)]),
      ...(is === null ? [] : [paint('green', `+   ${name}: ${shown(after?.[name])}`)]),
    ];
  });
}

const SIGN = { created: '+', deleted: '-', changed: '~' } as const;

const becomes = ({ before, after }: Change) => (before === null ? 'created' : after === null ? 'deleted' : 'changed');

/** What becomes of an object of the API. */
export function objectLines(change: Change, paint: Paint): string[] {
  const { kind, namespace, name } = change.object;
  const how = becomes(change);
  const heading = `${SIGN[how]} ${kind} ${namespace === null ? name : `${namespace}/${name}`} is ${how}`;
  return [paint('bold', heading), ...fieldLines(change.before as Fields | null, change.after as Fields | null, paint)];
}
