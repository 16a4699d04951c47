import { Trace, TraceCreate } from '@weft/model';
import type { OperationDefinition } from '../definition.ts';
import { TRACE } from '../examples/traces.ts';
import { ask, view } from '../shapes.ts';

const asked = ask({
  id: 'traceCreate',
  path: '/traces',
  tag: 'packets',
  permission: 'trace.start',
  summary: 'Follow a packet over the nodes that it crosses',
  description:
    'A packet is sent from a pod or a node, or, with live=true, the first is waited for that comes by itself: of TCP the one that asks for a connection. ' +
    'The nodes on the way have it traced (nft monitor trace), whichever rules it meets, and are asked where they route it to. ' +
    'The answer comes at once; ask for the trace until it is not Running. Nothing is left on the nodes afterwards.',
  body: TraceCreate,
  bodyExample: { from: { pod: 'shop/basket' }, to: { service: 'shop/web' }, port: 80 },
  result: Trace,
  example: TRACE,
  problems: ['Unavailable'],
});

export const traceCreate = {
  ...asked,
  answer: { ...asked.answer, status: 202, description: 'it is being followed', headers: ['Location'] },
} satisfies OperationDefinition;

export const traceView = view({
  id: 'traceView',
  path: '/traces/{id}',
  tag: 'packets',
  permission: 'trace.read',
  summary: 'Show what became of a packet that is followed, or was',
  kind: 'trace',
  result: Trace,
  example: TRACE,
  etag: false,
});
