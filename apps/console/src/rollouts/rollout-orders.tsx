import { Group } from '@mantine/core';
import type { Rollout } from '../api.ts';
import { useSession } from '../session/session.tsx';
import { Asked } from '../show/asked.tsx';

type Phase = Rollout['status']['phase'];

/** What a rollout can be told, and in which phases: the API refuses it in others. */
const ORDERS = [
  {
    path: '/rollouts/{id}/halt',
    label: 'Halt…',
    title: 'Halt?',
    confirm: 'Halt',
    phases: ['Running'] as readonly Phase[],
    about: 'No other node is changed until somebody goes on. One in the middle keeps its change, which is not proven meanwhile.',
  },
  {
    path: '/rollouts/{id}/resume',
    label: 'Resume…',
    title: 'Go on?',
    confirm: 'Go on',
    phases: ['Halted'] as readonly Phase[],
    about: 'Nodes that failed are probed again; then the next ones are changed.',
  },
  {
    path: '/rollouts/{id}/revert',
    label: 'Revert…',
    title: 'Take the change back?',
    confirm: 'Take it back',
    phases: ['Running', 'Halted', 'Done', 'Cancelled'] as readonly Phase[],
    about: 'Every node that has the change becomes what it was, last first. What somebody else has changed on a node since is left alone.',
  },
  {
    path: '/rollouts/{id}/cancel',
    label: 'Stop here…',
    title: 'Stop here?',
    confirm: 'Stop here',
    phases: ['Running', 'Halted'] as readonly Phase[],
    about: 'No node is changed any more, and none is changed back.',
  },
] as const;

/** Goes on with a rollout, takes it back or ends it where it stands. */
export function RolloutOrders({ rollout: { id, status } }: { rollout: Rollout }) {
  const { client } = useSession();
  return (
    <Group>
      {ORDERS.filter(({ phases }) => phases.includes(status.phase)).map(({ path, about, phases, ...words }) => (
        <Asked key={path} {...words} permission="rollout.write" act={() => client.POST(path, { params: { path: { id } } })}>
          {about}
        </Asked>
      ))}
    </Group>
  );
}
