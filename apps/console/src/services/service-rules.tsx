import { Button, Group, Loader, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { dataOf } from '@weft/sdk';
import { useMemo } from 'react';
import type { Node, Service, ServiceDataplane } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { AskedStory } from '../rules/asked-story.tsx';
import { Explained } from '../rules/explained.tsx';
import { useSession } from '../session/session.tsx';
import { Problem } from '../show/problem.tsx';
import { Scroller } from '../show/scroller.tsx';

type Nodes = ServiceDataplane['groups'][number];
type Thing = Nodes['objects'][number];

/** Whether a thing is there, and as it is desired; null: nobody knows. */
const tick = (text: string | null, desired: string | null): string => {
  if (text === null) return desired === null ? '' : 'missing';
  return text === desired ? 'yes' : desired === null ? 'still' : 'otherwise';
};

function ThingRow({ thing, nodeId, answered }: { thing: Thing; nodeId: string | undefined; answered: boolean }) {
  const { desired, applied, live, key, place, kind } = thing;
  const text = desired ?? applied ?? live ?? key;
  return (
    <tr>
      <td>{place}</td>
      <td>
        {nodeId === undefined ? (
          <code>{text}</code>
        ) : (
          <Explained text={text} story={() => <AskedStory thing={{ nodeId, kind, place, key }} />} />
        )}
      </td>
      <td>{desired === null ? '' : 'yes'}</td>
      <td>{tick(applied, desired)}</td>
      <td>{answered ? tick(live, desired) : 'not known'}</td>
    </tr>
  );
}

function NodesRules({ of: { nodes, backend, answered, differing, objects }, ids }: { of: Nodes; ids: ReadonlyMap<string, string> }) {
  const state = answered ? `${differing} of ${objects.length} differ` : 'no answer: nobody knows what is live';
  return (
    <section>
      <Title order={2} size="h4">
        {nodes.join(', ')} ({backend}): {state}
      </Title>
      <Scroller label={`Rules on ${nodes.join(', ')}`}>
        <table className="table">
          <thead>
            <tr>
              {['Place', 'Rule', 'Desired', 'Applied', 'Live'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {objects.map((thing) => (
              <ThingRow
                key={`${thing.place} ${thing.kind} ${thing.key}`}
                thing={thing}
                nodeId={ids.get(nodes[0] ?? '')}
                answered={answered}
              />
            ))}
          </tbody>
        </table>
      </Scroller>
    </section>
  );
}

const idsOf = (nodes: readonly Node[]) => new Map(nodes.map(({ name, id }) => [name, id]));

/** What a service has in the kernels, nodes on which all is the same told once: desired, applied and live. The nodes are asked. */
export function ServiceRules({ service: { id } }: { service: Service }) {
  const { client } = useSession();
  const nodes = useLive('/nodes');
  const ids = useMemo(() => idsOf(nodes.items), [nodes.items]);
  const pages = useInfiniteQuery({
    queryKey: ['service-dataplane', id],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      dataOf(client.GET('/services/{id}/dataplane', { params: { path: { id }, query: pageParam === null ? {} : { cursor: pageParam } } })),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  if (pages.isPending) return <Loader aria-label="Asking the nodes" />;
  if (pages.isError) return <Problem error={pages.error} />;
  const groups = pages.data.pages.flatMap((page) => page.groups);
  return (
    <>
      <Group my="sm">
        <Text size="sm">As of revision {pages.data.pages[0]?.revision}. Point at a rule, or focus it, to see whose it is.</Text>
        <Button size="compact-sm" variant="default" loading={pages.isFetching} onClick={() => pages.refetch()}>
          Ask again
        </Button>
      </Group>
      {groups.length === 0 ? <Text>No node has anything of this service.</Text> : null}
      {groups.map((group) => (
        <NodesRules key={`${group.nodes.join()} ${group.objects[0]?.key}`} of={group} ids={ids} />
      ))}
      {pages.hasNextPage ? <Button onClick={() => pages.fetchNextPage()}>More</Button> : null}
    </>
  );
}
