import type { Listed } from '@weft/sdk';
import { table } from '../terminal/table.ts';
import { ago, orNone } from './cells.ts';
import { type Column, kindOf } from './kind.ts';

type Endpoint = Listed<'/endpoints'>;

const yes = (value: boolean) => (value ? 'true' : 'false');

const COLUMNS: readonly Column<Endpoint>[] = [
  { heading: 'NAME', text: ({ id }) => id },
  { heading: 'SERVICE', text: ({ service }) => service },
  { heading: 'ADDRESS', text: ({ ip, port }) => `${ip}:${port}` },
  { heading: 'PORT-NAME', text: ({ portName }) => orNone(portName) },
  { heading: 'NODE', text: ({ node }) => orNone(node) },
  { heading: 'POD', text: ({ pod }) => orNone(pod) },
  { heading: 'READY', text: ({ conditions }) => yes(conditions.ready) },
  { heading: 'AGE', text: ({ createdAt }, now) => ago(createdAt, now) },
  { heading: 'SERVING', wide: true, text: ({ conditions }) => yes(conditions.serving) },
  { heading: 'TERMINATING', wide: true, text: ({ conditions }) => yes(conditions.terminating) },
  { heading: 'WEIGHT', wide: true, text: ({ weight }) => `${weight}` },
  { heading: 'WITHDRAWN', wide: true, text: ({ withdrawn }) => orNone(withdrawn) },
];

/** Endpoints in the description of something else. */
export function endpointRows(endpoints: readonly Endpoint[]): string[] {
  const shown = ['SERVICE', 'ADDRESS', 'PORT-NAME', 'NODE', 'POD', 'READY', 'SERVING', 'TERMINATING', 'WEIGHT', 'WITHDRAWN'];
  const columns = COLUMNS.filter(({ heading }) => shown.includes(heading));
  return table(
    columns.map(({ heading }) => heading),
    endpoints.map((endpoint) => columns.map((column) => column.text(endpoint, 0))),
  );
}

export const endpoint = kindOf<'/endpoints'>({
  name: 'endpoint',
  plural: 'endpoints',
  shortNames: ['ep'],
  idPrefix: 'ep_',
  path: '/endpoints',
  operation: 'endpoint',
  verbs: ['view', 'watch', 'delete'],
  namespaced: true,
  summary: 'addresses and ports behind a service; named by their ids, or all of a service by its name',
  filters: { namespace: 'namespace', name: 'service', node: 'node' },
  nameOf: ({ id }) => id,
  columns: COLUMNS,
});
