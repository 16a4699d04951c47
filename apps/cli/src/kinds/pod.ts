import { list } from '@weft/sdk';
import { ago, joined, labels } from './cells.ts';
import { endpointRows } from './endpoint.ts';
import { BY_NAME_AND_LABELS, kindOf } from './kind.ts';

export const pod = kindOf<'/pods'>({
  name: 'pod',
  plural: 'pods',
  shortNames: ['po'],
  idPrefix: 'pod_',
  path: '/pods',
  operation: 'pod',
  verbs: ['view', 'watch', 'delete', 'label'],
  namespaced: true,
  inAll: true,
  summary: 'network namespaces on nodes, each with an address of its own',
  filters: { namespace: 'namespace', node: 'node', ...BY_NAME_AND_LABELS },
  nameOf: ({ name }) => name,
  columns: [
    { heading: 'NAME', text: ({ name }) => name },
    { heading: 'READY', text: ({ status }) => (status.ready ? '1/1' : '0/1') },
    { heading: 'STATUS', text: ({ status }) => status.phase },
    { heading: 'IP', text: ({ ip }) => ip },
    { heading: 'NODE', text: ({ node }) => node },
    { heading: 'AGE', text: ({ createdAt }, now) => ago(createdAt, now) },
    {
      heading: 'PORTS',
      wide: true,
      text: ({ ports }) => joined(ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`)),
    },
    { heading: 'WEIGHT', wide: true, text: ({ weight }) => `${weight}` },
    { heading: 'INTERFACE', wide: true, text: ({ status }) => status.interface },
    { heading: 'LABELS', wide: true, text: (one) => labels(one.labels) },
  ],
  related: [
    {
      heading: 'Behind services',
      async lines(client, { name, namespace, node }) {
        const endpoints = [];
        for await (const endpoint of list(client, '/endpoints', { query: { namespace, node } }))
          if (endpoint.pod === name) endpoints.push(endpoint);
        return endpointRows(endpoints);
      },
    },
  ],
});
