import { list } from '@weft/sdk';
import { table } from '../terminal/table.ts';
import { ago, joined, orNone } from './cells.ts';
import { BY_NAME_AND_LABELS, kindOf } from './kind.ts';

/** Changes by others that a description tells of. */
const DRIFT_SHOWN = 5;

export const node = kindOf<'/nodes'>({
  name: 'node',
  plural: 'nodes',
  shortNames: ['no'],
  idPrefix: 'node_',
  path: '/nodes',
  operation: 'node',
  verbs: ['view', 'watch', 'delete', 'label'],
  namespaced: false,
  summary: 'hosts of the fleet',
  filters: BY_NAME_AND_LABELS,
  nameOf: ({ name }) => name,
  progress: ({ status: { phase } }) => (phase === 'Ready' || phase === 'Frozen' ? null : phase),
  columns: [
    { heading: 'NAME', text: ({ name }) => name },
    { heading: 'STATUS', text: ({ status, cordoned }) => (cordoned ? `${status.phase},Cordoned` : status.phase) },
    { heading: 'BACKEND', text: ({ backend }) => backend },
    { heading: 'ADDRESS', text: ({ address }) => orNone(address) },
    { heading: 'ZONE', text: ({ zone }) => orNone(zone) },
    { heading: 'REVISION', text: ({ status }) => `${status.appliedRevision}/${status.desiredRevision}` },
    { heading: 'AGE', text: ({ createdAt }, now) => ago(createdAt, now) },
    { heading: 'SEEN', wide: true, text: ({ status }, now) => ago(status.lastSeenAt, now) },
    { heading: 'POD-LINK', wide: true, text: ({ podLink }) => podLink },
    { heading: 'POD-BLOCKS', wide: true, text: ({ podBlocks }) => joined(podBlocks) },
    { heading: 'KERNEL', wide: true, text: ({ status }) => orNone(status.capabilities?.kernel) },
    { heading: 'EXECUTOR', wide: true, text: ({ status }) => orNone(status.capabilities?.executorVersion) },
  ],
  related: [
    {
      heading: 'Pods',
      async lines(client, { name }, now) {
        const rows: string[][] = [];
        for await (const pod of list(client, '/pods', { query: { node: name } }))
          rows.push([pod.namespace, pod.name, pod.status.phase, pod.ip, ago(pod.createdAt, now)]);
        return table(['NAMESPACE', 'NAME', 'STATUS', 'IP', 'AGE'], rows);
      },
    },
    {
      heading: 'Changed by others',
      async lines(client, { name }, now) {
        const rows: string[][] = [];
        for await (const { lastAt, process, outcome, changes } of list(client, '/drift-events', {
          query: { node: name, limit: DRIFT_SHOWN },
        })) {
          rows.push([ago(lastAt, now), orNone(process?.name), outcome, joined(changes.map(({ object }) => object))]);
          if (rows.length === DRIFT_SHOWN) break;
        }
        return table(['LAST', 'PROCESS', 'OUTCOME', 'WHAT'], rows);
      },
    },
  ],
});
