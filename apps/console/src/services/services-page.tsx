import { TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { Service } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { Waiting } from '../live/waiting.tsx';
import { fullName } from '../show/object-link.tsx';
import { Page } from '../show/page.tsx';
import { Phase } from '../show/phase.tsx';
import { type Column, DataTable } from '../table/data-table.tsx';
import { portsOf } from './ports.ts';

const COLUMNS: readonly Column<Service>[] = [
  {
    id: 'name',
    header: 'Name',
    accessorFn: fullName,
    cell: ({ row: { original } }) => <Link href={`/services/${original.id}`}>{fullName(original)}</Link>,
  },
  {
    id: 'phase',
    header: 'Phase',
    accessorFn: ({ status }) => status.phase,
    cell: ({ row }) => <Phase phase={row.original.status.phase} />,
  },
  { id: 'nodes', header: 'Nodes', accessorFn: ({ status }) => status.nodes.applied, cell: ({ row }) => nodesOf(row.original) },
  { id: 'type', header: 'Type', accessorFn: ({ type }) => type },
  { id: 'address', header: 'Address', accessorFn: ({ clusterIP, externalName }) => clusterIP ?? externalName ?? '' },
  { id: 'ports', header: 'Ports', accessorFn: portsOf },
  {
    id: 'endpoints',
    header: 'Endpoints',
    accessorFn: ({ status }) => status.endpoints.ready,
    cell: ({ row }) => endpointsOf(row.original),
  },
];

const nodesOf = ({ status: { nodes } }: Service) => `${nodes.applied} of ${nodes.desired}`;
const endpointsOf = ({ status: { endpoints } }: Service) => `${endpoints.ready} of ${endpoints.total} ready`;

/** Whether a service is one that somebody looks for: by name, label, address or phase. */
const fits = (service: Service, words: string): boolean =>
  [
    fullName(service),
    service.clusterIP ?? '',
    service.status.phase,
    ...Object.entries(service.labels).map(([key, value]) => `${key}=${value}`),
  ].some((text) => text.toLowerCase().includes(words));

/** All services, as they are now. */
export function ServicesPage() {
  const list = useLive('/services');
  const [words, setWords] = useState('');
  const rows = useMemo(() => list.items.filter((service) => fits(service, words.toLowerCase())), [list.items, words]);
  return (
    <Page
      title="Services"
      aside={
        <TextInput
          aria-label="Filter services"
          placeholder="Name, label, address or phase"
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      }
    >
      <Waiting for={list}>
        <DataTable
          label="Services"
          columns={COLUMNS}
          rows={rows}
          rowId={({ id }) => id}
          empty={words === '' ? 'There is no service yet.' : 'No service fits.'}
        />
      </Waiting>
    </Page>
  );
}
