import { Loader, NativeSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { dataOf } from '@weft/sdk';
import { useState } from 'react';
import type { AuditEvent, Node } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { linesOf } from '../rules/difference-lines.ts';
import { RuleLines } from '../rules/rule-lines.tsx';
import { useSession } from '../session/session.tsx';
import { Problem } from '../show/problem.tsx';

const MOST = 500;

function NodeRuleChanges({ node, revision }: { node: Node; revision: number }) {
  const { client } = useSession();
  const id = node.id;
  const answer = useQuery({
    queryKey: ['rule-changes', id, revision],
    queryFn: () =>
      dataOf(
        client.GET('/nodes/{id}/rules/difference', {
          params: { path: { id }, query: { from: String(revision - 1), to: String(revision), limit: MOST } },
        }),
      ),
  });
  if (answer.isPending) return <Loader aria-label="Compiling what was" />;
  if (answer.isError) return <Problem error={answer.error} />;
  const lines = linesOf(answer.data.items);
  return lines.length === 0 ? <Text>Nothing in its kernel became otherwise.</Text> : <RuleLines lines={lines} />;
}

/** What a change did to the rules of a node it concerned: the rules of the revision before, and of its own. */
export function RuleChanges({ event: { concernedNodes, revision } }: { event: AuditEvent }) {
  const { items } = useLive('/nodes');
  const concerned = items.filter(({ name }) => concernedNodes === 'all' || concernedNodes.includes(name));
  const [chosen, setChosen] = useState<string | null>(null);
  const node = concerned.find(({ id }) => id === chosen) ?? concerned[0];
  if (node === undefined) return <Text>It concerned no node that is still there.</Text>;
  return (
    <>
      <NativeSelect
        label="Node"
        value={node.id}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={concerned.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <NodeRuleChanges node={node} revision={revision} />
    </>
  );
}
