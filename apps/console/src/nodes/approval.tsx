import { useMutation } from '@tanstack/react-query';
import type { Node } from '../api.ts';
import { PermittedButton } from '../session/permitted-button.tsx';
import { useSession } from '../session/session.tsx';
import { Problem } from '../show/problem.tsx';

/** Lets a node in that waits for somebody to say so. */
export function Approval({ node: { id, status } }: { node: Node }) {
  const { client } = useSession();
  const approve = useMutation({ mutationFn: () => client.POST('/nodes/{id}/approve', { params: { path: { id } } }) });
  if (status.phase !== 'PendingApproval') return null;
  return (
    <>
      <PermittedButton permission="node.approve" onClick={() => approve.mutate()} loading={approve.isPending}>
        Approve
      </PermittedButton>
      <Problem error={approve.error} />
    </>
  );
}
