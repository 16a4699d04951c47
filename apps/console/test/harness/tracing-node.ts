import { createAnswerer } from '@weft/jobs';
import type { Api } from '../../../control-plane/test/harness/api.ts';
import { type JoinedNode, joinNode } from '../../../control-plane/test/harness/executor.ts';
import { began, left, PACKET, sighting } from '../../../control-plane/test/traces/sightings.ts';

/** A node that follows packets, and the pod on it that sends them. Whatever is sent leaves it, and nobody listens there. */
export interface TracingNode {
  readonly node: JoinedNode;
  /** `<namespace>/<name>` */
  readonly pod: string;
  close(): Promise<void>;
}

/** Joins one. */
export async function tracingNode(api: Api, redisUrl: string): Promise<TracingNode> {
  const node = await joinNode(api, 'tracing');
  await api.ok('POST /pods', { body: { name: 'sender', node: node.name, ports: [{ containerPort: 80 }], runtime: { type: 'none' } } });
  await node.apply();
  let source = '';
  let sent: typeof PACKET | null = null;
  const worker = createAnswerer({ url: redisUrl }, node.name, {
    'trace-start': async ({ flows }) => {
      source = flows[0]?.sources[0] ?? '';
      return { kind: 'trace-start' };
    },
    'trace-send': async ({ sourcePort, destination, port }) => {
      sent = { ...PACKET, source, sourcePort, destination, destinationPort: port };
      return { kind: 'trace-send' };
    },
    'trace-read': async () => {
      if (sent === null) return { kind: 'trace-read', sightings: [], sent: null };
      return { kind: 'trace-read', sightings: [sighting([began(sent), left(sent)])], sent: { outcome: 'refused', code: 'ECONNREFUSED' } };
    },
    'trace-stop': async () => ({ kind: 'trace-stop' }),
  });
  return { node, pod: 'default/sender', close: () => worker.close() };
}
