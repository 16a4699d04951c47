import { Button, Loader, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { dataOf } from '@weft/sdk';
import { linesOf } from '../rules/difference-lines.ts';
import { RuleLines } from '../rules/rule-lines.tsx';
import { useSession } from '../session/session.tsx';
import { Problem } from '../show/problem.tsx';
import { filterOf, type Span } from './span.ts';

const PAGE = 500;

const WORDS = ['added', 'removed', 'replaced', 'moved'] as const;

/** How the rules of a node differ between then and then. */
export function RulesDifference({ nodeId, span }: { nodeId: string; span: Span }) {
  const { client } = useSession();
  const pages = useInfiniteQuery({
    queryKey: ['rules-difference', nodeId, span],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const { from, to } = span;
      const query = {
        from,
        limit: PAGE,
        ...(to === '' ? {} : { to }),
        ...filterOf(span),
        ...(pageParam === null ? {} : { cursor: pageParam }),
      };
      return dataOf(client.GET('/nodes/{id}/rules/difference', { params: { path: { id: nodeId }, query } }));
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  if (pages.isPending) return <Loader aria-label="Compiling what was" />;
  if (pages.isError) return <Problem error={pages.error} />;
  const [first] = pages.data.pages;
  const items = pages.data.pages.flatMap((page) => page.items);
  if (first === undefined || items.length === 0) return <Text>Nothing was otherwise then. Look further back, or at another node.</Text>;
  const counts = WORDS.filter((word) => first.totals[word] > 0).map((word) => `${first.totals[word]} ${word}`);
  return (
    <>
      <Text>
        From revision {first.from} to {first.to}: {counts.join(', ')}.
      </Text>
      <RuleLines lines={linesOf(items)} />
      {pages.hasNextPage ? (
        <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
          More
        </Button>
      ) : null}
    </>
  );
}
