import type { Plan } from '../api/apply-api.ts';
import type { Paint } from '../terminal/style.ts';

type Nodes = Plan['nodes'][number];
type Group = Nodes['groups'][number];
type KernelObject = Group['added'][number];

/** One line about one thing, and where it stands. */
interface Line {
  readonly place: string;
  readonly text: string;
}

/** Things of a table are told by it, others by what they are as well. */
const placeOf = ({ place, kind }: KernelObject) => (place === 'host' || place.startsWith('netns ') ? `${place}: ${kind}` : place);

function linesOf({ added, removed, replaced, moved }: Group, paint: Paint): Line[] {
  const removal = (object: KernelObject) => ({ place: placeOf(object), text: paint('red', `-     ${object.text}`) });
  const addition = (object: KernelObject) => ({ place: placeOf(object), text: paint('green', `+     ${object.text}`) });
  return [
    ...removed.map(removal),
    ...replaced.flatMap(({ before, after }) => [removal(before), addition(after)]),
    ...added.map(addition),
    ...moved.map((object) => ({ place: placeOf(object), text: paint('yellow', `!     ${object.text} (moved)`) })),
  ];
}

function groupLines(group: Group, paint: Paint): string[] {
  const { kind, namespace, name } = group.owner;
  const places = Map.groupBy(linesOf(group, paint), ({ place }) => place);
  return [
    `  for ${kind} ${namespace === null ? name : `${namespace}/${name}`}`,
    ...[...places].flatMap(([place, lines]) => [`    ${place}`, ...lines.map(({ text }) => text)]),
    ...(group.notListed === 0 ? [] : [paint('dim', `      and ${group.notListed} more`)]),
  ];
}

const WORDS = ['added', 'removed', 'replaced', 'moved'] as const;

/** What changes in the kernels of some nodes, by owner and then by place. */
export function kernelLines({ nodes, groups, totals }: Nodes, paint: Paint): string[] {
  const counts = WORDS.filter((word) => totals[word] > 0).map((word) => `${totals[word]} ${word}`);
  return [paint('cyan', `@@ ${nodes.join(', ')}: ${counts.join(', ')} @@`), ...groups.flatMap((group) => groupLines(group, paint))];
}
