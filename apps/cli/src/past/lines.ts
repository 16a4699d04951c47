import type { NodeRuleDifference, NodeRuleList, ObjectDifference, PastObject, Rollback } from '../api/past-api.ts';
import type { Paint, Style } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';

type Rule = NodeRuleList['items'][number];
type Owner = Rule['owners'][number];

/** An owner of rules, by kind and name. */
export const ownerName = ({ kind, namespace, name }: Owner) =>
  kind === 'cluster' ? 'cluster' : `${kind} ${namespace === null ? '' : `${namespace}/`}${name}`;

const OWNER_WIDTH = 28;

function margin([first, ...others]: readonly Owner[]): string {
  const name = first === undefined ? '' : `${ownerName(first)}${others.length === 0 ? '' : ` +${others.length}`}`;
  return name.length > OWNER_WIDTH ? `${name.slice(0, OWNER_WIDTH - 1)}…` : name.padEnd(OWNER_WIDTH);
}

/** Rules by the place they stand in, each with whom it is for in the margin. `last` is the place that was named last. */
export function ruleLines(rules: readonly Rule[], last: string | null, paint: Paint): string[] {
  return rules.flatMap(({ place, owners, text }, at) => [
    ...(place === (at === 0 ? last : rules[at - 1]?.place) ? [] : [paint('bold', place)]),
    `${paint('dim', margin(owners))} | ${text}`,
  ]);
}

const removed = (paint: Paint, text: string) => paint('red', `- ${text}`);
const added = (paint: Paint, text: string) => paint('green', `+ ${text}`);

/** What becomes of rules, by owner, as a diff. `last` is the owner that was named last. */
export function ruleDifferenceLines(items: NodeRuleDifference['items'], last: string | null, paint: Paint): string[] {
  let named = last;
  return items.flatMap(({ change, before, after, owner }) => {
    const heading = ownerName(owner) === named ? [] : [paint('bold', ownerName(owner))];
    named = ownerName(owner);
    const place = after?.place ?? before?.place ?? '';
    if (change === 'moved') return [...heading, paint('yellow', `> ${place}: ${after?.text}`)];
    return [
      ...heading,
      ...(before === null ? [] : [removed(paint, `${place}: ${before.text}`)]),
      ...(after === null ? [] : [added(paint, `${place}: ${after.text}`)]),
    ];
  });
}

interface Named extends Pick<PastObject, 'id' | 'namespace' | 'name'> {
  readonly kind: string;
}

const objectName = ({ kind, id, namespace, name }: Named) => `${kind} ${namespace === null ? '' : `${namespace}/`}${name ?? id}`;

/** Objects as they were: a line for each. */
export function objectLines(objects: readonly PastObject[]): string[] {
  return table(
    ['OBJECT', 'ID', 'SINCE REVISION'],
    objects.map((object) => [objectName(object), object.id, String(object.revision)]),
  );
}

/** What every change of an object changes. */
const PASSING = new Set(['revision', 'generation', 'updatedAt']);

type Fields = Readonly<Record<string, unknown>>;

function fieldLines(before: Fields, after: Fields, paint: Paint): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !PASSING.has(name));
  return names.flatMap((name) => {
    const [was, is] = [JSON.stringify(before[name]), JSON.stringify(after[name])];
    return was === is ? [] : [removed(paint, `  ${name}: ${was ?? 'nothing'}`), added(paint, `  ${name}: ${is ?? 'nothing'}`)];
  });
}

/** What became of objects, as a diff. */
export function objectDifferenceLines(items: readonly ObjectDifference[], paint: Paint): string[] {
  return items.flatMap((item) => {
    const name = objectName(item);
    if (item.before === null) return [added(paint, name)];
    if (item.after === null) return [removed(paint, name)];
    return [paint('bold', `  ${name}`), ...fieldLines(item.before, item.after, paint)];
  });
}

const STYLES: Readonly<Record<Rollback['changes'][number]['action'], Style>> = {
  created: 'green',
  updated: 'yellow',
  deleted: 'red',
  unchanged: 'dim',
};

/** What a rollback did. */
export function rollbackLines({ toRevision, undoRevision, changes }: Rollback, paint: Paint): string[] {
  if (changes.length === 0) return [`nothing to do: everything selected is as it was at revision ${toRevision}`];
  return [
    ...changes.map((change) => `${paint(STYLES[change.action], change.action.padEnd(9))} ${objectName(change)}`),
    `as at revision ${toRevision}; take it back with the same selection, --to ${undoRevision} --delete-newer`,
  ];
}
