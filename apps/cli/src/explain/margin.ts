import type { Explanation } from '../api/explain-api.ts';
import type { Paint, Style } from '../terminal/style.ts';

/** What stands first in the margin of a thing that is not as it was applied, and in which colour. */
const MARKS: Readonly<Record<Explanation['standing'], readonly [mark: string, style: Style]>> = {
  ours: [' ', 'dim'],
  draining: ['~', 'dim'],
  foreign: ['?', 'yellow'],
  altered: ['!', 'red'],
  missing: ['-', 'red'],
};

/** The columns: of the change that a thing came with, and what it is for. */
const COLUMNS = [
  ['REV', 7],
  ['SINCE', 16],
  ['BY', 12],
  ['FOR', 26],
] as const;

const inWidth = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width));
const inColumns = (texts: readonly string[]) => COLUMNS.map(([, width], column) => inWidth(texts[column] ?? '', width)).join(' ');

/** `2026-11-21T11:58:03.000Z` as `2026-11-21 11:58`. */
const minute = (at: string) => at.slice(0, 16).replace('T', ' ');

function ownersOf({ standing, owners, moreOwners }: Explanation): string {
  const [first] = owners;
  if (first === undefined) return standing === 'foreign' ? 'foreign' : '';
  const name = first.kind === 'cluster' ? 'cluster' : `${first.kind} ${first.namespace === null ? '' : `${first.namespace}/`}${first.name}`;
  const others = owners.length - 1 + moreOwners;
  return others === 0 ? name : `${name} +${others}`;
}

/** A thing with, before it, the revision, time and actor of the change that it came with, and what it is for. */
export function marginLine(thing: Explanation, paint: Paint): string {
  const [mark, style] = MARKS[thing.standing];
  const { origin } = thing;
  const columns = [
    origin === null ? '' : String(origin.revision),
    origin === null ? '' : minute(origin.at),
    origin?.actor.name ?? '',
    ownersOf(thing),
  ];
  const margin = inColumns(columns);
  const text = thing.standing === 'ours' ? thing.text : paint(style, thing.text);
  return `${paint(style, `${mark} ${margin}`)} | ${text}`;
}

/** Things by the place they stand in, each place named before them. `last` is the place that was named last; null: nothing was, and headings come first. */
export function blameLines(things: readonly Explanation[], paint: Paint, last: string | null): string[] {
  const headings = last === null && things.length > 0 ? [`  ${inColumns(COLUMNS.map(([heading]) => heading))} | WHAT`] : [];
  const lines = things.flatMap((thing, at) => {
    const before = at === 0 ? last : things[at - 1]?.place;
    return [...(thing.place === before ? [] : [paint('bold', thing.place)]), marginLine(thing, paint)];
  });
  return [...headings, ...lines];
}
