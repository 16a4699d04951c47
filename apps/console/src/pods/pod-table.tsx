import type { Pod } from '../api.ts';
import { fullName } from '../show/object-link.tsx';
import { Phase } from '../show/phase.tsx';
import { type Column, DataTable } from '../table/data-table.tsx';

const labelsOf = ({ labels }: Pod) =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');

const COLUMNS: readonly Column<Pod>[] = [
  { id: 'name', header: 'Name', accessorFn: fullName },
  {
    id: 'phase',
    header: 'Phase',
    accessorFn: ({ status }) => status.phase,
    cell: ({ row }) => <Phase phase={row.original.status.phase} />,
  },
  { id: 'ready', header: 'Ready', accessorFn: ({ status }) => (status.ready ? 'yes' : 'no') },
  { id: 'ip', header: 'Address', accessorFn: ({ ip }) => ip },
  { id: 'node', header: 'Node', accessorFn: ({ node }) => node },
  { id: 'labels', header: 'Labels', accessorFn: labelsOf },
];

/** Pods, one a line. */
export function PodTable({ pods, empty, maxHeight }: { pods: readonly Pod[]; empty: string; maxHeight?: number }) {
  return (
    <DataTable
      label="Pods"
      columns={COLUMNS}
      rows={pods}
      rowId={({ id }) => id}
      empty={empty}
      {...(maxHeight === undefined ? {} : { maxHeight })}
    />
  );
}
