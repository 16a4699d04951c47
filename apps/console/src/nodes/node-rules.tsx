import { Button, Checkbox, Loader, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { dataOf } from '@weft/sdk';
import { useState } from 'react';
import type { Node } from '../api.ts';
import { Blame } from '../rules/blame.tsx';
import { useSession } from '../session/session.tsx';
import { Problem } from '../show/problem.tsx';
import { When } from '../show/when.tsx';

const PAGE = 200;

/** How long to wait for the next letter before the node is asked, in ms. */
const TYPING_MS = 400;

/** What is in the kernel of a node now, with the change that each thing came with. The node is asked when this is opened. */
export function NodeRules({ node: { id } }: { node: Node }) {
  const { client } = useSession();
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed, TYPING_MS);
  const [foreign, setForeign] = useState(false);
  const pages = useInfiniteQuery({
    queryKey: ['dataplane', id, text, foreign],
    initialPageParam: null as string | null,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam }) => {
      const query = {
        limit: PAGE,
        ...(text === '' ? {} : { text }),
        ...(foreign ? { foreign: true } : {}),
        ...(pageParam === null ? {} : { cursor: pageParam }),
      };
      return dataOf(client.GET('/nodes/{id}/dataplane', { params: { path: { id }, query } }));
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const [first] = pages.data?.pages ?? [];
  return (
    <>
      <div className="form-row">
        <TextInput label="A part of the rule" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        <Checkbox label="Only what is not ours" checked={foreign} onChange={(event) => setForeign(event.currentTarget.checked)} />
        <Button variant="default" loading={pages.isFetching} onClick={() => pages.refetch()}>
          Ask again
        </Button>
        {first === undefined ? null : (
          <Text size="sm">
            {first.total} in its kernel, <When at={first.at} />. Point at a rule, or focus it, to see whose it is.
          </Text>
        )}
      </div>
      <Problem error={pages.error} />
      {pages.isPending ? <Loader aria-label="Asking the node" /> : <Blame things={pages.data?.pages.flatMap(({ items }) => items) ?? []} />}
      {pages.hasNextPage ? (
        <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
          More
        </Button>
      ) : null}
    </>
  );
}
