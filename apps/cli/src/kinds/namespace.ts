import { dataOf } from '@weft/sdk';
import { table } from '../terminal/table.ts';
import { ago, labels } from './cells.ts';
import { BY_NAME_AND_LABELS, kindOf } from './kind.ts';

export const namespace = kindOf<'/namespaces'>({
  name: 'namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  idPrefix: 'ns_',
  path: '/namespaces',
  operation: 'namespace',
  verbs: ['view', 'watch', 'delete', 'label'],
  namespaced: false,
  summary: 'scopes in which names of pods and services are unique',
  filters: BY_NAME_AND_LABELS,
  nameOf: ({ name }) => name,
  columns: [
    { heading: 'NAME', text: ({ name }) => name },
    { heading: 'AGE', text: ({ createdAt }, now) => ago(createdAt, now) },
    { heading: 'LABELS', wide: true, text: (one) => labels(one.labels) },
  ],
  related: [
    {
      heading: 'Quota',
      async lines(client, { id }) {
        const { limits, used } = await dataOf(client.GET('/namespaces/{id}/quota', { params: { path: { id } } }));
        const rows = Object.entries(used).map(([what, held]) => [what, `${held}`, `${limits[what as keyof typeof limits] ?? 'no limit'}`]);
        return table(['RESOURCE', 'USED', 'LIMIT'], rows);
      },
    },
  ],
});
