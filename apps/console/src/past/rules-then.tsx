import { Button, Loader, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { dataOf, readWhen } from '@weft/sdk';
import { Fragment } from 'react';
import type { OwnedRule } from '../api.ts';
import { useSession } from '../session/session.tsx';
import { fullName } from '../show/object-link.tsx';
import { Problem } from '../show/problem.tsx';
import { filterOf, type Span } from './span.ts';

const PAGE = 200;

/** Whom a rule was for: `service shop/web`, with how many others. */
function ownerOf({ owners }: OwnedRule): string {
  const [first] = owners;
  if (first === undefined) return '';
  const name = first.kind === 'cluster' ? 'cluster' : `${first.kind} ${fullName(first)}`;
  return owners.length === 1 ? name : `${name} +${owners.length - 1}`;
}

function Rules({ rules }: { rules: readonly OwnedRule[] }) {
  return [...Map.groupBy(rules, ({ place }) => place)].map(([place, there]) => (
    <Fragment key={place}>
      <Title order={2} size="h5" mt="md">
        {place}
      </Title>
      <div className="owned">
        {there.map((rule) => (
          <Fragment key={`${rule.kind} ${rule.key}`}>
            <span>{ownerOf(rule)}</span>
            <code>{rule.text}</code>
          </Fragment>
        ))}
      </div>
    </Fragment>
  ));
}

/** What a node had to have in its kernel then, and whom each of it was for. */
export function RulesThen({ nodeId, span }: { nodeId: string; span: Span }) {
  const { client } = useSession();
  const pages = useInfiniteQuery({
    queryKey: ['rules-then', nodeId, span],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE, ...readWhen(span.from), ...filterOf(span), ...(pageParam === null ? {} : { cursor: pageParam }) };
      return dataOf(client.GET('/nodes/{id}/rules', { params: { path: { id: nodeId }, query } }));
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  if (pages.isPending) return <Loader aria-label="Compiling what was" />;
  if (pages.isError) return <Problem error={pages.error} />;
  const [first] = pages.data.pages;
  const rules = pages.data.pages.flatMap(({ items }) => items);
  if (first === undefined || rules.length === 0) return <Text>Nothing like that was in its kernel then.</Text>;
  return (
    <>
      <Text>
        As of revision {first.revision}, by {first.backend}.
      </Text>
      <Rules rules={rules} />
      {pages.hasNextPage ? (
        <Button mt="md" variant="default" loading={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
          More
        </Button>
      ) : null}
    </>
  );
}
