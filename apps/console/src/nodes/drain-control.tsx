import { NumberInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Node } from '../api.ts';
import { PermittedButton } from '../session/permitted-button.tsx';
import { useSession } from '../session/session.tsx';
import { Asked } from '../show/asked.tsx';
import { Problem } from '../show/problem.tsx';

const GRACE_MAX_SECONDS = 3600;

/** Puts a node that was taken out to use again. */
function Uncordon({ node: { id } }: { node: Node }) {
  const { client } = useSession();
  const uncordon = useMutation({
    mutationFn: () => client.PATCH('/nodes/{id}', { params: { path: { id }, header: { 'If-Match': '*' } }, body: { cordoned: false } }),
  });
  return (
    <>
      <PermittedButton permission="node.write" variant="default" onClick={() => uncordon.mutate()} loading={uncordon.isPending}>
        Put to use again
      </PermittedButton>
      <Problem error={uncordon.error} />
    </>
  );
}

/** Takes a node out of use: nothing new is sent to it, then its pods get time to end, and go. */
function Drain({ node: { id, name } }: { node: Node }) {
  const { client } = useSession();
  const [grace, setGrace] = useState<number | string>('');
  const drain = () =>
    client.POST('/nodes/{id}/drain', { params: { path: { id } }, body: { graceSeconds: typeof grace === 'number' ? grace : null } });
  return (
    <Asked label="Drain…" title={`Drain ${name}?`} confirm={`Drain ${name}`} permission="node.drain" act={drain}>
      <Stack>
        <Text>
          The others stop sending to its pods. When every node that is heard of has acknowledged that, the pods end and are deleted. It can
          be taken back at any time.
        </Text>
        <NumberInput
          label="Seconds for each pod to end"
          description="Left empty: what each pod asks for itself"
          min={0}
          max={GRACE_MAX_SECONDS}
          value={grace}
          onChange={setGrace}
        />
      </Stack>
    </Asked>
  );
}

/** Takes a node out of use or back into it. */
export function DrainControl({ node }: { node: Node }) {
  return node.cordoned || node.status.drain !== null ? <Uncordon node={node} /> : <Drain node={node} />;
}
