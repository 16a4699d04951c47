import { labels } from '../kinds/cells.ts';
import type { AnyObject, Column, Kind } from '../kinds/kind.ts';
import { table } from '../terminal/table.ts';

/** How much of objects is shown. */
export interface TableOptions {
  readonly wide: boolean;
  /** With a first column that says where each is: they are of several namespaces. */
  readonly withNamespace: boolean;
  readonly showLabels: boolean;
  readonly noHeaders: boolean;
}

const NAMESPACE: Column<AnyObject> = { heading: 'NAMESPACE', text: ({ namespace }) => `${namespace}` };
const LABELS: Column<AnyObject> = { heading: 'LABELS', text: (object) => labels((object.labels ?? null) as Record<string, string> | null) };

/** The columns that objects of a kind are shown with. */
export function columnsOf(kind: Kind, { wide, withNamespace, showLabels }: TableOptions): readonly Column<AnyObject>[] {
  const own = kind.columns.filter((column) => wide || column.wide !== true);
  const shown = showLabels ? [...own.filter(({ heading }) => heading !== LABELS.heading), LABELS] : own;
  return withNamespace && kind.namespaced ? [NAMESPACE, ...shown] : shown;
}

/** Objects of one kind as lines. `now` is in ms since 1970. */
export function objectTable(kind: Kind, objects: readonly AnyObject[], options: TableOptions, now: number): string[] {
  const columns = columnsOf(kind, options);
  const rows = objects.map((object) => columns.map((column) => column.text(object, now)));
  const lines = table(
    columns.map(({ heading }) => heading),
    rows,
  );
  return options.noHeaders ? lines.slice(1) : lines;
}
