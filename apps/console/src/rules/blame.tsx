import { Text, Title } from '@mantine/core';
import { Fragment } from 'react';
import type { Explanation } from '../api.ts';
import { fullName } from '../show/object-link.tsx';
import { When } from '../show/when.tsx';
import { Explained } from './explained.tsx';
import { Story } from './story.tsx';

function ownerOf({ standing, owners, moreOwners }: Explanation): string {
  const [first] = owners;
  if (first === undefined) return standing === 'foreign' ? 'foreign' : '';
  const name = first.kind === 'cluster' ? 'cluster' : `${first.kind} ${fullName(first)}`;
  const others = owners.length - 1 + moreOwners;
  return others === 0 ? name : `${name} +${others}`;
}

function ThingLine({ thing }: { thing: Explanation }) {
  const { origin, text, standing } = thing;
  return (
    <>
      <span>{origin === null ? '' : origin.revision}</span>
      <span>{origin === null ? '' : <When at={origin.at} />}</span>
      <span>{origin?.actor.name ?? ''}</span>
      <span>{ownerOf(thing)}</span>
      <Explained text={text} mark={standing} story={() => <Story of={thing} />} />
    </>
  );
}

/** Things by the place they stand in, with, before each, revision, time, actor and object of the change that it came with. */
export function Blame({ things }: { things: readonly Explanation[] }) {
  if (things.length === 0) return <Text>Nothing like that is in its kernel.</Text>;
  return [...Map.groupBy(things, ({ place }) => place)].map(([place, there]) => (
    <Fragment key={place}>
      <Title order={2} size="h5" mt="md">
        {place}
      </Title>
      <div className="blame">
        {there.map((thing) => (
          <ThingLine key={`${thing.kind} ${thing.key}`} thing={thing} />
        ))}
      </div>
    </Fragment>
  ));
}
