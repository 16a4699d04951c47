import { useMemo } from 'react';
import type { Endpoint, Service } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { Waiting } from '../live/waiting.tsx';
import { type Column, DataTable } from '../table/data-table.tsx';

const stateOf = ({ conditions, withdrawn }: Endpoint): string => {
  if (withdrawn !== null) return `withdrawn: ${withdrawn}`;
  if (conditions.terminating) return conditions.serving ? 'terminating, still serving' : 'terminating';
  return conditions.ready ? 'ready' : 'not ready';
};

const COLUMNS: readonly Column<Endpoint>[] = [
  { id: 'address', header: 'Address', accessorFn: ({ ip, port }) => `${ip}:${port}` },
  { id: 'port', header: 'Port name', accessorFn: ({ portName }) => portName ?? '' },
  { id: 'state', header: 'State', accessorFn: stateOf },
  { id: 'pod', header: 'Pod', accessorFn: ({ pod }) => pod ?? '' },
  { id: 'node', header: 'Node', accessorFn: ({ node }) => node ?? '' },
  { id: 'weight', header: 'Weight', accessorFn: ({ weight }) => weight },
];

/** Where the connections of a service go. */
export function ServiceEndpoints({ service: { namespace, name } }: { service: Service }) {
  const query = useMemo(() => ({ namespace, service: name }), [namespace, name]);
  const list = useLive('/endpoints', query);
  return (
    <Waiting for={list}>
      <DataTable
        label="Endpoints"
        columns={COLUMNS}
        rows={list.items}
        rowId={({ id }) => id}
        maxHeight={420}
        empty="Nothing is behind this service."
      />
    </Waiting>
  );
}
