import { useMemo } from 'react';
import { Link } from 'wouter';
import type { Node, Service } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { Waiting } from '../live/waiting.tsx';
import { Phase } from '../show/phase.tsx';
import { type Column, DataTable } from '../table/data-table.tsx';

/** How far a service has come on a node. */
interface Standing {
  readonly node: Node;
  readonly state: 'applied' | 'waiting' | 'not joined';
}

/** A node has what it should when it has applied the revision in which the service was last changed, or any later one. */
const standingOf = (node: Node, { revision }: Service): Standing => {
  if (node.status.lastSeenAt === null) return { node, state: 'not joined' };
  return { node, state: node.status.appliedRevision >= revision ? 'applied' : 'waiting' };
};

const COLUMNS: readonly Column<Standing>[] = [
  {
    id: 'node',
    header: 'Node',
    accessorFn: ({ node }) => node.name,
    cell: ({ row: { original } }) => <Link href={`/nodes/${original.node.id}`}>{original.node.name}</Link>,
  },
  { id: 'state', header: 'This service', accessorFn: ({ state }) => state, cell: ({ row }) => <Phase phase={row.original.state} /> },
  {
    id: 'phase',
    header: 'Node phase',
    accessorFn: ({ node }) => node.status.phase,
    cell: ({ row }) => <Phase phase={row.original.node.status.phase} />,
  },
  { id: 'backend', header: 'Backend', accessorFn: ({ node }) => node.backend },
  { id: 'applied', header: 'Applied revision', accessorFn: ({ node }) => node.status.appliedRevision },
  { id: 'desired', header: 'Desired revision', accessorFn: ({ node }) => node.status.desiredRevision },
];

/** Every node, and whether the service is in its kernel by its own word. */
export function ServiceNodes({ service }: { service: Service }) {
  const list = useLive('/nodes');
  const rows = useMemo(() => list.items.map((node) => standingOf(node, service)), [list.items, service]);
  return (
    <Waiting for={list}>
      <DataTable
        label="Nodes of this service"
        columns={COLUMNS}
        rows={rows}
        rowId={({ node }) => node.id}
        maxHeight={420}
        empty="No node has joined."
      />
    </Waiting>
  );
}
