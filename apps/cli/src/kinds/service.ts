import { dataOf, list } from '@weft/sdk';
import { table } from '../terminal/table.ts';
import { ago, joined, labels, NONE } from './cells.ts';
import { endpointRows } from './endpoint.ts';
import { BY_NAME_AND_LABELS, kindOf } from './kind.ts';

type Port = { readonly port: number; readonly protocol: string; readonly nodePort: number | null };

/** Ports as kubectl writes them: `80:30080/TCP`. */
const portText = ({ port, protocol, nodePort }: Port) => `${port}${nodePort === null ? '' : `:${nodePort}`}/${protocol}`;

export const service = kindOf<'/services'>({
  name: 'service',
  plural: 'services',
  shortNames: ['svc'],
  idPrefix: 'svc_',
  path: '/services',
  operation: 'service',
  verbs: ['view', 'watch', 'delete', 'label'],
  namespaced: true,
  inAll: true,
  summary: 'stable, load-balanced addresses in front of endpoints',
  filters: { namespace: 'namespace', ...BY_NAME_AND_LABELS },
  nameOf: ({ name }) => name,
  // The end of a freeze is a change of the node, and no event of the service.
  progress: ({ status: { phase, nodes } }) => (phase === 'Programmed' ? null : `${phase} ${nodes.applied} of ${nodes.desired}`),
  columns: [
    { heading: 'NAME', text: ({ name }) => name },
    { heading: 'TYPE', text: ({ type }) => type },
    { heading: 'CLUSTER-IP', text: ({ clusterIP }) => clusterIP ?? NONE },
    {
      heading: 'EXTERNAL-IP',
      text: ({ externalIPs, loadBalancerIPs, externalName }) => externalName ?? joined([...loadBalancerIPs, ...externalIPs]),
    },
    { heading: 'PORT(S)', text: ({ ports }) => joined(ports.map(portText)) },
    { heading: 'ENDPOINTS', text: ({ status }) => `${status.endpoints.ready}/${status.endpoints.total}` },
    { heading: 'STATUS', text: ({ status }) => status.phase },
    { heading: 'AGE', text: ({ createdAt }, now) => ago(createdAt, now) },
    { heading: 'NODES', wide: true, text: ({ status }) => `${status.nodes.applied}/${status.nodes.desired}` },
    { heading: 'SELECTOR', wide: true, text: ({ selector }) => labels(selector) },
  ],
  related: [
    {
      heading: 'Endpoints',
      async lines(client, { name, namespace }) {
        const endpoints = [];
        for await (const endpoint of list(client, '/endpoints', { query: { namespace, service: name } })) endpoints.push(endpoint);
        return endpointRows(endpoints);
      },
    },
    {
      heading: 'Traffic',
      async lines(client, { id }) {
        const { nodes } = await dataOf(client.GET('/services/{id}/traffic', { params: { path: { id } } }));
        const rows = nodes.flatMap(({ node, ports }) =>
          ports.map(({ port, protocol, connections, packets, bytes }) => [
            node,
            `${port}/${protocol}`,
            `${connections}`,
            `${packets ?? NONE}`,
            `${bytes ?? NONE}`,
          ]),
        );
        return table(['NODE', 'PORT', 'CONNECTIONS', 'PACKETS', 'BYTES'], rows);
      },
    },
  ],
});
