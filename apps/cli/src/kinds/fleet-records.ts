import { ago, joined, NONE, orNone } from './cells.ts';
import { kindOf } from './kind.ts';

type Reference = { readonly kind: string; readonly namespace: string | null; readonly name: string };

/** What a record is about: `service/shop/web`. */
export const referenceText = ({ kind, namespace, name }: Reference): string =>
  `${kind}/${namespace === null ? '' : `${namespace}/`}${name}`;

/** How many revisions a receipt carried. */
const revisions = ({ fromRevision, toRevision }: { readonly fromRevision: number; readonly toRevision: number }) =>
  `${fromRevision}..${toRevision}`;

export const operation = kindOf<'/operations'>({
  name: 'operation',
  plural: 'operations',
  shortNames: ['op'],
  idPrefix: 'op_',
  path: '/operations',
  operation: 'operation',
  verbs: ['view'],
  namespaced: false,
  isRecord: true,
  summary: 'how far each committed change has come on the nodes, newest first',
  filters: {},
  nameOf: ({ id }) => id,
  columns: [
    { heading: 'NAME', text: ({ id }) => id },
    { heading: 'OPERATION', text: ({ operation }) => operation },
    { heading: 'OBJECT', text: ({ object }) => referenceText(object) },
    { heading: 'STATUS', text: ({ phase }) => phase },
    { heading: 'NODES', text: ({ nodes }) => `${nodes.applied}/${nodes.desired}` },
    { heading: 'AGE', text: ({ createdAt }, now) => ago(createdAt, now) },
    { heading: 'REVISION', wide: true, text: ({ revision }) => `${revision}` },
    { heading: 'REQUEST', wide: true, text: ({ requestId }) => requestId },
    { heading: 'WAITING-FOR', wide: true, text: ({ nodes }) => joined(nodes.waitingFor) },
  ],
});

export const auditEvent = kindOf<'/audit-events'>({
  name: 'audit-event',
  plural: 'audit-events',
  shortNames: ['audit'],
  idPrefix: 'aud_',
  path: '/audit-events',
  operation: 'auditEvent',
  verbs: [],
  namespaced: false,
  isRecord: true,
  summary: 'who asked for what, newest first',
  filters: {},
  nameOf: ({ id }) => id,
  columns: [
    { heading: 'NAME', text: ({ id }) => id },
    { heading: 'ACTOR', text: ({ actor }) => actor.name },
    { heading: 'OPERATION', text: ({ operation }) => operation },
    { heading: 'OBJECT', text: ({ object }) => referenceText(object) },
    { heading: 'REVISION', text: ({ revision }) => `${revision}` },
    { heading: 'AGE', text: ({ at }, now) => ago(at, now) },
    { heading: 'FROM', wide: true, text: ({ sourceAddress }) => orNone(sourceAddress) },
    { heading: 'REQUEST', wide: true, text: ({ requestId }) => requestId },
  ],
});

export const receipt = kindOf<'/receipts'>({
  name: 'receipt',
  plural: 'receipts',
  shortNames: ['rcpt'],
  idPrefix: 'rcpt_',
  path: '/receipts',
  operation: 'receipt',
  verbs: ['view'],
  namespaced: false,
  isRecord: true,
  summary: 'what was done on the nodes, newest first',
  filters: { node: 'node' },
  nameOf: ({ id }) => id,
  columns: [
    { heading: 'NAME', text: ({ id }) => id },
    { heading: 'NODE', text: ({ node }) => node },
    { heading: 'CAUSE', text: ({ cause }) => cause },
    { heading: 'OUTCOME', text: ({ outcome }) => outcome },
    { heading: 'REVISIONS', text: revisions },
    { heading: 'TOOK', text: ({ durationMs }) => `${durationMs.toFixed(1)}ms` },
    { heading: 'AGE', text: ({ startedAt }, now) => ago(startedAt, now) },
    { heading: 'STEPS', wide: true, text: ({ steps }) => `${steps.length}` },
    { heading: 'MESSAGE', wide: true, text: ({ message }) => orNone(message) },
  ],
});

export const driftEvent = kindOf<'/drift-events'>({
  name: 'drift-event',
  plural: 'drift-events',
  shortNames: ['drift'],
  idPrefix: 'drift_',
  path: '/drift-events',
  operation: 'driftEvent',
  verbs: ['view', 'watch'],
  namespaced: false,
  isRecord: true,
  summary: 'what others changed of what is ours on nodes, newest first',
  filters: { node: 'node' },
  nameOf: ({ id }) => id,
  columns: [
    { heading: 'NAME', text: ({ id }) => id },
    { heading: 'NODE', text: ({ node }) => node },
    { heading: 'PROCESS', text: ({ process }) => (process === null ? NONE : `${process.name}[${process.pid}]`) },
    { heading: 'OUTCOME', text: ({ outcome }) => outcome },
    { heading: 'CHANGES', text: ({ changes, moreChanges }) => `${changes.length + moreChanges}` },
    { heading: 'COUNT', text: ({ count }) => `${count}` },
    { heading: 'LAST', text: ({ lastAt }, now) => ago(lastAt, now) },
    { heading: 'WHAT', wide: true, text: ({ changes }) => joined(changes.map(({ object }) => object)) },
  ],
});
