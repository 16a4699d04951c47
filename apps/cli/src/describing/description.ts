import { ago } from '../kinds/cells.ts';
import type { AnyObject, Kind, Section } from '../kinds/kind.ts';
import { table } from '../terminal/table.ts';
import { fieldLines } from './fields.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

type Status = Readonly<Record<string, unknown>> & { readonly conditions?: readonly Condition[] };

/** What everybody wants to know first, in this order. */
const FIRST = ['name', 'namespace', 'id', 'labels'];
/** What the system keeps of every object. */
const LAST = ['generation', 'revision', 'createdAt', 'updatedAt'];

const pick = (object: AnyObject, names: readonly string[]) =>
  Object.fromEntries(names.filter((name) => name in object).map((name) => [name, object[name]]));

const conditionLines = (conditions: readonly Condition[], now: number) =>
  table(
    ['TYPE', 'STATUS', 'SINCE', 'REASON', 'MESSAGE'],
    conditions.map(({ type, status, reason, message, lastTransitionTime }) => [
      type,
      status,
      ago(lastTransitionTime, now),
      reason,
      message,
    ]),
  );

/** All that an object says of itself, and what was read beside it, as lines. `now` is in ms since 1970. */
export function describeObject(kind: Kind, object: AnyObject, sections: readonly Section[], now: number): string[] {
  const { conditions, ...status } = (object.status ?? {}) as Status;
  const own = Object.keys(object).filter((name) => !FIRST.includes(name) && !LAST.includes(name) && name !== 'status');
  const parts: Section[] = [
    ...(Object.keys(status).length === 0 ? [] : [{ heading: 'Status', lines: fieldLines(status) }]),
    ...(conditions === undefined ? [] : [{ heading: 'Conditions', lines: conditionLines(conditions, now) }]),
    ...sections,
  ];
  return [
    ...fieldLines({ kind: kind.name, ...pick(object, [...FIRST, ...own, ...LAST]) }),
    ...parts.flatMap(({ heading, lines }) =>
      lines.length === 0 ? [`${heading}: <none>`] : [`${heading}:`, ...lines.map((line) => `  ${line}`)],
    ),
  ];
}
