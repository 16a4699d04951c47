import { KINDS } from '../kinds/all-kinds.ts';
import { NONE } from '../kinds/cells.ts';
import { table } from '../terminal/table.ts';

/** The kinds of objects as lines: what they are called, what they are, and what can be done with them. */
export function kindLines(): string[] {
  const rows = KINDS.map(({ plural, shortNames, namespaced, verbs, summary }) => [
    plural,
    shortNames.join(',') || NONE,
    `${namespaced}`,
    ['get', ...verbs.filter((verb) => verb !== 'view')].join(','),
    summary,
  ]);
  return table(['NAME', 'SHORTNAMES', 'NAMESPACED', 'VERBS', 'WHAT'], rows);
}

/** Prints the kinds of objects. */
export function kinds(): void {
  console.log(kindLines().join('\n'));
}
