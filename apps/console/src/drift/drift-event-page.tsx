import { Loader, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { dataOf } from '@weft/sdk';
import { Link } from 'wouter';
import type { DriftEvent, Node } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { NodeHold } from '../nodes/node-hold.tsx';
import { useSession } from '../session/session.tsx';
import { Facts } from '../show/facts.tsx';
import { Page } from '../show/page.tsx';
import { Phase } from '../show/phase.tsx';
import { Problem } from '../show/problem.tsx';
import { When } from '../show/when.tsx';
import { whoOf } from './who.ts';

/** What each outcome means for whoever looks, and what to do next. */
const MEANINGS: Readonly<Record<DriftEvent['outcome'], string>> = {
  repaired: 'the node has undone it',
  standing: 'it is still there: the node leaves it, by its policy or a freeze',
  gone: 'whoever made it took it back',
  failed: 'undoing it did not succeed; the node tries again',
};

const LOOK_EVERY_MS = 1_000;

function Changes({ event: { changes, moreChanges } }: { event: DriftEvent }) {
  return (
    <>
      <Title order={2} size="h4">
        What was changed
      </Title>
      {changes.map(({ kind, object, wanted, found }) => (
        <section key={`${kind} ${object} ${wanted}`}>
          {object} ({kind})
          <pre className="difference">
            {wanted === null ? null : <span data-change="removed">- {wanted}</span>}
            {found === null ? null : <span data-change="added">+ {found}</span>}
          </pre>
        </section>
      ))}
      {moreChanges === 0 ? null : <p>and {moreChanges} more, which the node did not list</p>}
    </>
  );
}

function EventView({ event, node }: { event: DriftEvent; node: Node | undefined }) {
  const { outcome, firstAt, lastAt, count, noticedBy, policy, settledAt, durationMs, message } = event;
  return (
    <Page title={`Drift on ${event.node}`} aside={<Phase phase={outcome} />}>
      <Facts
        of={[
          [
            'Node',
            node === undefined ? (
              event.node
            ) : (
              <Link key="node" href={`/nodes/${node.id}`}>
                {event.node}
              </Link>
            ),
          ],
          ['Who did it', whoOf(event)],
          ['Became', `${outcome}: ${MEANINGS[outcome]}`],
          ...(message === '' ? [] : [['The node says', message] as const]),
          ['First noticed', <When key="first" at={firstAt} />],
          ...(count === 1
            ? []
            : [['Last noticed', <When key="last" at={lastAt} />] as const, ['Times', `${count}: another program does it again`] as const]),
          ...(settledAt === null ? [] : [['Settled', <When key="settled" at={settledAt} />] as const]),
          ...(durationMs === null ? [] : [['Took', `${Math.round(durationMs)} ms`] as const]),
          ['Told by', noticedBy],
          ['Policy then', policy],
        ]}
      />
      {node === undefined ? null : <NodeHold node={node} />}
      <Changes event={event} />
    </Page>
  );
}

/** One change that somebody else made: each thing as it should be and as it was found, who it was, and what the node is to do about such. */
export function DriftEventPage({ id }: { id: string }) {
  const { client } = useSession();
  const { items } = useLive('/nodes');
  const answer = useQuery({
    queryKey: ['drift-event', id],
    queryFn: () => dataOf(client.GET('/drift-events/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (['standing', 'failed'].includes(state.data?.outcome ?? '') ? LOOK_EVERY_MS : false),
  });
  if (answer.isPending) return <Loader aria-label="Loading" />;
  if (answer.isError) return <Problem error={answer.error} />;
  return <EventView event={answer.data} node={items.find(({ name }) => name === answer.data.node)} />;
}
