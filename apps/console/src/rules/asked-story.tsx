import { Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { dataOf } from '@weft/sdk';
import type { KernelObject } from '../api.ts';
import { useSession } from '../session/session.tsx';
import { Problem } from '../show/problem.tsx';
import { Story } from './story.tsx';

/** One thing in the kernel of a node, as it is named by whoever asks about it. */
export interface Thing extends Pick<KernelObject, 'kind' | 'place' | 'key'> {
  readonly nodeId: string;
}

/** Asks the node about a thing in its kernel, and tells what it says. */
export function AskedStory({ thing: { nodeId, kind, place, key } }: { thing: Thing }) {
  const { client } = useSession();
  const answer = useQuery({
    queryKey: ['explain', nodeId, kind, place, key],
    queryFn: () => dataOf(client.POST('/nodes/{id}/explain', { params: { path: { id: nodeId } }, body: { kind, place, key } })),
  });
  if (answer.isPending) return <Loader size="sm" aria-label="Asking the node" />;
  if (answer.isError) return <Problem error={answer.error} />;
  const [found] = answer.data.items;
  return found === undefined ? <Text size="sm">It is not there any more.</Text> : <Story of={found} />;
}
