import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Node } from '../api.ts';
import { useMay, useSession } from '../session/session.tsx';
import { Problem } from '../show/problem.tsx';

/** Lets a node in that waits for somebody to say so. */
export function Approval({ node: { id, status } }: { node: Node }) {
  const { client } = useSession();
  const may = useMay('node.approve');
  const approve = useMutation({ mutationFn: () => client.POST('/nodes/{id}/approve', { params: { path: { id } } }) });
  if (status.phase !== 'PendingApproval' || !may) return null;
  return (
    <>
      <Button onClick={() => approve.mutate()} loading={approve.isPending}>
        Approve
      </Button>
      <Problem error={approve.error} />
    </>
  );
}
