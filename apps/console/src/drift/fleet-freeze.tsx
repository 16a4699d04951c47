import { Alert, Group } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { dataOf } from '@weft/sdk';
import { useSession } from '../session/session.tsx';
import { Asked } from '../show/asked.tsx';
import { Problem } from '../show/problem.tsx';

const LOOK_EVERY_MS = 10_000;

const KEY = ['cluster'];

/** Whether the whole fleet is held still, and what holds it or lets it go. */
export function FleetFreeze() {
  const { client } = useSession();
  const queries = useQueryClient();
  const cluster = useQuery({ queryKey: KEY, queryFn: () => dataOf(client.GET('/cluster')), refetchInterval: LOOK_EVERY_MS });
  const freeze = useMutation({
    mutationFn: (frozen: boolean) => dataOf(client.PATCH('/cluster', { params: { header: { 'If-Match': '*' } }, body: { frozen } })),
    onSuccess: (after) => queries.setQueryData(KEY, after),
  });
  if (cluster.data === undefined) return <Problem error={cluster.error} />;
  if (cluster.data.frozen)
    return (
      <Alert color="yellow" title="The fleet is frozen" role="status">
        <Group justify="space-between">
          Nothing changes in any kernel. Writes are accepted and wait; traffic goes on as it is.
          <Asked
            label="Let the fleet go on…"
            title="Let the fleet go on?"
            confirm="Let the fleet go on"
            permission="cluster.write"
            act={() => freeze.mutateAsync(false)}
          >
            Every node takes at once what was asked for meanwhile, and undoes what others have changed, or tells of it if it observes. Nodes
            that are frozen by themselves stay so.
          </Asked>
        </Group>
      </Alert>
    );
  return (
    <Group>
      <Asked
        label="Freeze the fleet…"
        title="Freeze the fleet?"
        confirm="Freeze the fleet"
        permission="cluster.write"
        act={() => freeze.mutateAsync(true)}
      >
        Nothing changes in any kernel until it is let go: no new state, no repair, not at a restart. Writes are accepted and wait; traffic
        goes on as it is. A node that restarts serves nothing until then.
      </Asked>
    </Group>
  );
}
