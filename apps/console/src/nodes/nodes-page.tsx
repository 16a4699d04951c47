import { TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { Node } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { Waiting } from '../live/waiting.tsx';
import { Page } from '../show/page.tsx';
import { Phase } from '../show/phase.tsx';
import { When } from '../show/when.tsx';
import { type Column, DataTable } from '../table/data-table.tsx';

const useOf = ({ cordoned, frozen, status }: Node): string =>
  [status.drain === null ? (cordoned ? 'cordoned' : '') : `drain: ${status.drain.phase}`, frozen ? 'frozen' : '']
    .filter(Boolean)
    .join(', ');

const COLUMNS: readonly Column<Node>[] = [
  {
    id: 'name',
    header: 'Name',
    accessorFn: ({ name }) => name,
    cell: ({ row: { original } }) => <Link href={`/nodes/${original.id}`}>{original.name}</Link>,
  },
  {
    id: 'phase',
    header: 'Phase',
    accessorFn: ({ status }) => status.phase,
    cell: ({ row }) => <Phase phase={row.original.status.phase} />,
  },
  { id: 'use', header: 'Use', accessorFn: useOf },
  { id: 'zone', header: 'Zone', accessorFn: ({ zone }) => zone ?? '' },
  { id: 'address', header: 'Address', accessorFn: ({ address }) => address ?? '' },
  { id: 'backend', header: 'Backend', accessorFn: ({ backend }) => backend },
  { id: 'applied', header: 'Applied', accessorFn: ({ status }) => status.appliedRevision },
  { id: 'desired', header: 'Desired', accessorFn: ({ status }) => status.desiredRevision },
  {
    id: 'seen',
    header: 'Last heard of',
    accessorFn: ({ status }) => status.lastSeenAt ?? '',
    cell: ({ row }) => <When at={row.original.status.lastSeenAt} />,
  },
];

const fits = ({ name, address, status, zone, labels }: Node, words: string): boolean =>
  [name, address ?? '', status.phase, zone ?? '', ...Object.entries(labels).map(([key, value]) => `${key}=${value}`)].some((text) =>
    text.toLowerCase().includes(words),
  );

/** All nodes, as they are now. */
export function NodesPage() {
  const list = useLive('/nodes');
  const [words, setWords] = useState('');
  const rows = useMemo(() => list.items.filter((node) => fits(node, words.toLowerCase())), [list.items, words]);
  return (
    <Page
      title="Nodes"
      aside={
        <TextInput
          aria-label="Filter nodes"
          placeholder="Name, label, address or phase"
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      }
    >
      <Waiting for={list}>
        <DataTable
          label="Nodes"
          columns={COLUMNS}
          rows={rows}
          rowId={({ id }) => id}
          empty="No node is like that. Let one join: see Join."
        />
      </Waiting>
    </Page>
  );
}
