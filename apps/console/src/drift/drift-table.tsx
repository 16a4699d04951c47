import { Link } from 'wouter';
import type { DriftEvent } from '../api.ts';
import { Phase } from '../show/phase.tsx';
import { When } from '../show/when.tsx';
import { type Column, DataTable } from '../table/data-table.tsx';
import { whatOf, whoOf } from './who.ts';

const COLUMNS: readonly Column<DriftEvent>[] = [
  {
    id: 'at',
    header: 'Noticed last',
    accessorFn: ({ lastAt }) => lastAt,
    cell: ({ row: { original } }) => (
      <Link href={`/drift/${original.id}`}>
        <When at={original.lastAt} />
      </Link>
    ),
  },
  { id: 'node', header: 'Node', accessorFn: ({ node }) => node },
  {
    id: 'outcome',
    header: 'Became',
    accessorFn: ({ outcome }) => outcome,
    cell: ({ row }) => <Phase phase={row.original.outcome} />,
  },
  { id: 'what', header: 'What', accessorFn: whatOf },
  { id: 'who', header: 'Who did it', accessorFn: whoOf },
  { id: 'times', header: 'Times', accessorFn: ({ count }) => count },
];

/** Changes that others made, newest first. */
export function DriftTable({ events, empty }: { events: readonly DriftEvent[]; empty: string }) {
  const newest = events.toSorted((a, b) => (a.lastAt < b.lastAt ? 1 : -1));
  return <DataTable label="Drift" columns={COLUMNS} rows={newest} rowId={({ id }) => id} empty={empty} />;
}
