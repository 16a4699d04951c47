import { Progress, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Rollout } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { Waiting } from '../live/waiting.tsx';
import { Facts } from '../show/facts.tsx';
import { Page } from '../show/page.tsx';
import { Phase } from '../show/phase.tsx';
import { When } from '../show/when.tsx';
import { type Column, DataTable } from '../table/data-table.tsx';
import { changeOf, nodesOf, progressOf } from './change.ts';
import { RolloutOrders } from './rollout-orders.tsx';
import { RolloutPhase } from './rollout-phase.tsx';

type Step = Rollout['status']['nodes'][number];

const COLUMNS: readonly Column<Step>[] = [
  { id: 'name', header: 'Node', accessorFn: ({ name }) => name, cell: ({ row }) => <NodeName name={row.original.name} /> },
  { id: 'canary', header: 'Canary', accessorFn: ({ canary }) => (canary ? 'goes first' : '') },
  {
    id: 'state',
    header: 'State',
    accessorFn: ({ state }) => state,
    cell: ({ row }) => <Phase phase={row.original.state} />,
  },
  {
    id: 'since',
    header: 'Since',
    accessorFn: ({ since }) => since,
    cell: ({ row }) => <When at={row.original.since} />,
  },
  { id: 'message', header: 'It says', accessorFn: ({ message }) => message },
];

function NodeName({ name }: { name: string }) {
  const node = useLive('/nodes').items.find((one) => one.name === name);
  return node === undefined ? name : <Link href={`/nodes/${node.id}`}>{name}</Link>;
}

/** What a node has to show before the next is changed. */
const gateOf = ({ maxUnavailable, soakSeconds }: Rollout) =>
  `what answered through it before still does, at once and after ${soakSeconds} s; ${maxUnavailable} at a time`;

const ON_FAILURE = {
  revert: 'the change is taken back on every node that has it, last first',
  halt: 'everything stays as it is until somebody says how it goes on',
} as const;

function RolloutView({ rollout }: { rollout: Rollout }) {
  const { id, status, onFailure, createdAt } = rollout;
  const { nodes, message } = status;
  const done = nodes.filter(({ state }) => state === 'Done').length;
  return (
    <Page title={changeOf(rollout)} aside={<RolloutPhase rollout={rollout} />}>
      <Text role="status">{message}</Text>
      <Progress value={(100 * done) / Math.max(nodes.length, 1)} aria-label={`${progressOf(rollout)} nodes are done`} />
      <Facts
        of={[
          ['Nodes', `${nodesOf(rollout)}: ${progressOf(rollout)} done`],
          ['Gate', gateOf(rollout)],
          ['When one fails', ON_FAILURE[onFailure]],
          ['Begun', <When key="begun" at={createdAt} />],
          [
            'What it did',
            <Link key="audit" href={`/audit?requestId=${id}`}>
              every change, node by node
            </Link>,
          ],
        ]}
      />
      <RolloutOrders rollout={rollout} />
      <DataTable label="Nodes of the rollout" columns={COLUMNS} rows={nodes} rowId={({ name }) => name} empty="It has no node." />
    </Page>
  );
}

/** One rollout: where each of its nodes stands, why it stopped, and what can be done about it. */
export function RolloutPage({ id }: { id: string }) {
  const list = useLive('/rollouts');
  const rollout = list.byId.get(id);
  return (
    <Waiting for={list}>
      {rollout === undefined ? <Page title="No such rollout">There is none of this id.</Page> : <RolloutView rollout={rollout} />}
    </Waiting>
  );
}
