import { Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { dataOf } from '@weft/sdk';
import type { Receipt } from '../api.ts';
import { useSession } from '../session/session.tsx';
import { Phase } from '../show/phase.tsx';
import { Problem } from '../show/problem.tsx';

const MOST = 100;

function ReceiptView({ of: { node, outcome, durationMs, message, steps, backend } }: { of: Receipt }) {
  return (
    <section>
      <Text>
        <strong>{node}</strong> ({backend}) <Phase phase={outcome} /> in {Math.round(durationMs)} ms {message}
      </Text>
      {steps.map(({ argv, exitCode, input, stderr }, at) => (
        <pre key={at} className="difference">
          {`# ${argv.join(' ')} → ${exitCode ?? 'no exit'}\n${input ?? '(the text is no longer kept)'}${stderr}`}
        </pre>
      ))}
    </section>
  );
}

/** What nodes ran for a request: the exact commands and texts, with how they ended. */
export function Receipts({ requestId }: { requestId: string }) {
  const { client } = useSession();
  const answer = useQuery({
    queryKey: ['receipts', requestId],
    queryFn: () => dataOf(client.GET('/receipts', { params: { query: { requestId, limit: MOST } } })),
  });
  if (answer.isPending) return <Loader aria-label="Loading" />;
  if (answer.isError) return <Problem error={answer.error} />;
  const { items } = answer.data;
  if (items.length === 0) return <Text>No node had to do anything for it, or none has told yet.</Text>;
  return items.map((receipt) => <ReceiptView key={receipt.id} of={receipt} />);
}
