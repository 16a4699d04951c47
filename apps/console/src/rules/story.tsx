import type { Explanation } from '../api.ts';
import { Facts } from '../show/facts.tsx';
import { fullName, ObjectLink } from '../show/object-link.tsx';
import { When } from '../show/when.tsx';

/** What each standing means. */
export const MEANINGS: Readonly<Record<Explanation['standing'], string>> = {
  ours: 'as it was applied',
  draining: 'not wanted any more; it goes when its last connection has ended',
  foreign: 'not ours',
  altered: 'somebody else made it otherwise',
  missing: 'it was applied and is not there',
};

type Fact = Parameters<typeof Facts>[0]['of'][number];

function ownersOf({ owners, moreOwners }: Explanation): Fact[] {
  if (owners.length === 0) return [];
  return [
    [
      'For',
      <ul key="owners" className="plain">
        {owners.map((owner) => (
          <li key={owner.id}>
            {owner.kind}{' '}
            <ObjectLink kind={owner.kind} id={owner.id}>
              {fullName(owner)}
            </ObjectLink>
            {owner.generation === null ? '' : `, generation ${owner.generation}`}
          </li>
        ))}
        {moreOwners === 0 ? null : <li>and {moreOwners} more</li>}
      </ul>,
    ],
  ];
}

function originOf({ origin }: Explanation): Fact[] {
  if (origin === null) return [];
  const { actor, at, operation, requestId, revision } = origin;
  return [
    ['Since', <When key="at" at={at} />],
    ['By', `${actor.name} (${actor.kind}): ${operation}, revision ${revision}`],
    ['Request', <code key="request">{requestId}</code>],
  ];
}

const driftOf = ({ drift }: Explanation): Fact[] =>
  drift.map(({ id, lastAt, process, outcome }): Fact => {
    const who = process === null ? 'somebody' : `${process.name} (process ${process.pid})`;
    return [`Changed (${id})`, `${lastAt} by ${who}, ${outcome}`];
  });

/** Whose a rule is, who asked for it, since when it is there and who has meddled with it. */
export function Story({ of: thing }: { of: Explanation }) {
  const { standing, wanted, place, kind, applied } = thing;
  return (
    <Facts
      of={[
        ['Is', MEANINGS[standing]],
        ...(wanted === null ? [] : [['Should be', <code key="wanted">{wanted}</code>] as const]),
        ['At', `${place} (${kind})`],
        ...ownersOf(thing),
        ...originOf(thing),
        ...(applied === null
          ? []
          : [
              ['Applied', <When key="applied" at={applied.at} />] as const,
              ['Receipt', <code key="receipt">{applied.receipt}</code>] as const,
            ]),
        ...driftOf(thing),
      ]}
    />
  );
}
