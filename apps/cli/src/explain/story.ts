import type { Explanation, NodeDataplane } from '../api/explain-api.ts';
import type { Paint } from '../terminal/style.ts';

/** What each standing means. */
const MEANINGS: Readonly<Record<Explanation['standing'], string>> = {
  ours: 'as it was applied',
  draining: 'not wanted any more; it goes when its last connection has ended',
  foreign: 'not ours',
  altered: 'somebody else made it otherwise',
  missing: 'it was applied and is not there',
};

type Fact = readonly [what: string, said: string];

const when = (at: string) => at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');

function ownerFacts({ owners, moreOwners }: Explanation): Fact[] {
  const facts = owners.map(({ kind, namespace, name, id, generation }): Fact => {
    const full = namespace === null ? name : `${namespace}/${name}`;
    return [
      'for',
      kind === 'cluster' ? 'the cluster' : `${kind} ${full} (${id}${generation === null ? '' : `, generation ${generation}`})`,
    ];
  });
  return moreOwners === 0 ? facts : [...facts, ['', `and ${moreOwners} more`]];
}

function factsOf(thing: Explanation): Fact[] {
  const { standing, wanted, origin, applied, drift } = thing;
  return [
    ['is', MEANINGS[standing]],
    ...(wanted === null ? [] : [['should', `be ${wanted}`] as const]),
    ...ownerFacts(thing),
    ...(origin === null
      ? []
      : ([
          ['since', `${when(origin.at)}, revision ${origin.revision}`],
          ['by', `${origin.actor.name} (${origin.actor.kind}): ${origin.operation}, request ${origin.requestId}`],
        ] as const)),
    ...(applied === null ? [] : [['applied', `${when(applied.at)} (${applied.receipt})`] as const]),
    ...drift.map(({ id, lastAt, process, outcome }): Fact => {
      const who = process === null ? 'somebody' : `${process.name} (process ${process.pid})`;
      return ['changed', `${when(lastAt)} by ${who}, ${outcome} (${id})`];
    }),
  ];
}

/** What there is to say of each thing that was found, a paragraph each. */
export function storyLines({ node, revision, items, total }: NodeDataplane, paint: Paint): string[] {
  if (items.length === 0) return [`nothing like that is on ${node}, and revision ${revision} has nothing like it there`];
  const paragraphs = items.flatMap((thing) => [
    paint('bold', thing.text),
    ...[['at', `${thing.place} on ${node} (${thing.kind})`] as const, ...factsOf(thing)].map(
      ([what, said]) => `  ${what.padEnd(8)}${said}`,
    ),
    '',
  ]);
  return total > items.length ? [...paragraphs, `and ${total - items.length} more: say more of the line`] : paragraphs.slice(0, -1);
}
