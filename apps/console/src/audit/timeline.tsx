import { Accordion, Button, Loader, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { dataOf } from '@weft/sdk';
import type { AuditEvent } from '../api.ts';
import { useSession } from '../session/session.tsx';
import { fullName } from '../show/object-link.tsx';
import { Problem } from '../show/problem.tsx';
import { When } from '../show/when.tsx';
import { ChangeDetails } from './change-details.tsx';

/** Which changes: those of an object, a person, a request, an operation. */
export type AuditFilters = Readonly<Partial<Record<'object' | 'actor' | 'requestId' | 'operation' | 'node', string>>>;

const PAGE = 50;

function Change({ event }: { event: AuditEvent }) {
  const { actor, operation, object, at, revision } = event;
  return (
    <Accordion.Item value={event.id}>
      <Accordion.Control>
        <span className="change">
          <When at={at} />
          <strong>{operation}</strong>
          <span>
            {object.kind} {fullName(object)}
          </span>
          <span>
            by {actor.name} ({actor.kind})
          </span>
          <span>revision {revision}</span>
        </span>
      </Accordion.Control>
      <Accordion.Panel>
        <ChangeDetails event={event} />
      </Accordion.Panel>
    </Accordion.Item>
  );
}

/** Changes, newest first; each opens to show what was before and after, and what it did to kernels. */
export function AuditTimeline({ filters }: { filters: AuditFilters }) {
  const { client } = useSession();
  const pages = useInfiniteQuery({
    queryKey: ['audit', filters],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      dataOf(
        client.GET('/audit-events', {
          params: { query: { ...filters, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  if (pages.isPending) return <Loader aria-label="Loading" />;
  if (pages.isError) return <Problem error={pages.error} />;
  const events = pages.data.pages.flatMap(({ items }) => items);
  if (events.length === 0) return <Text>Nobody has changed anything like that.</Text>;
  return (
    <>
      <Accordion multiple keepMounted={false} variant="separated" order={2}>
        {events.map((event) => (
          <Change key={event.id} event={event} />
        ))}
      </Accordion>
      {pages.hasNextPage ? (
        <Button mt="md" variant="default" loading={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
          Older changes
        </Button>
      ) : null}
    </>
  );
}
