import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { Rollout } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { Waiting } from '../live/waiting.tsx';
import { Page } from '../show/page.tsx';
import { When } from '../show/when.tsx';
import { type Column, DataTable } from '../table/data-table.tsx';
import { changeOf, nodesOf, progressOf } from './change.ts';
import { RolloutPhase } from './rollout-phase.tsx';

const COLUMNS: readonly Column<Rollout>[] = [
  {
    id: 'begun',
    header: 'Begun',
    accessorFn: ({ createdAt }) => createdAt,
    cell: ({ row: { original } }) => (
      <Link href={`/rollouts/${original.id}`}>
        <When at={original.createdAt} />
      </Link>
    ),
  },
  {
    id: 'phase',
    header: 'Phase',
    accessorFn: ({ status }) => status.phase,
    cell: ({ row }) => <RolloutPhase rollout={row.original} />,
  },
  { id: 'change', header: 'Change', accessorFn: changeOf },
  { id: 'nodes', header: 'Nodes', accessorFn: nodesOf },
  { id: 'done', header: 'Done', accessorFn: progressOf },
  { id: 'message', header: 'It says', accessorFn: ({ status }) => status.message },
];

/** Changes that are brought to many nodes in stages, newest first, as they are now. */
export function RolloutsPage() {
  const list = useLive('/rollouts');
  const newest = useMemo(() => list.items.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)), [list.items]);
  return (
    <Page
      title="Rollouts"
      about="One change on many nodes, one after the other, each proven by real connections before the next."
      aside={
        <Button component={Link} href="/rollouts/new">
          Begin a rollout…
        </Button>
      }
    >
      <Waiting for={list}>
        <DataTable
          label="Rollouts"
          columns={COLUMNS}
          rows={newest}
          rowId={({ id }) => id}
          empty="There has been no rollout. Begin one to change the backend or the pod link of many nodes."
        />
      </Waiting>
    </Page>
  );
}
