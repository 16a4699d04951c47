import type { Answerers } from '@weft/jobs';
import { type NodeWithKernel, withKernel } from '../explain/node-with-kernel.ts';
import { lookAt } from '../reachability/node-that-looks.ts';
import { began, left, PACKET, sighting } from '../traces/sightings.ts';
import { joinNodeNamed } from './executor.ts';
import type { Plane } from './plane.ts';

/** Captures nothing, and has ended when it is read. What tcpdump has against a filter is left to its length. */
const CAPTURES: Partial<Answerers> = {
  'capture-start': async ({ filter }) => ({ kind: 'capture-start', refused: filter.length % 5 === 0 ? null : 'syntax error' }),
  'capture-read': async () => ({ kind: 'capture-read', piece: '', ended: '0 packets captured' }),
  'capture-stop': async () => ({ kind: 'capture-stop' }),
};

/** Sees at once whatever packet is to be followed, and that it was refused. */
function traces(): Partial<Answerers> {
  const packets = new Map<string, typeof PACKET>();
  return {
    'trace-start': async ({ session, flows: [flow] }) => {
      const { ip = PACKET.destination, port = 80 } = flow?.destinations[0] ?? {};
      const from = { source: flow?.sources[0] ?? PACKET.source, sourcePort: flow?.sourcePort ?? PACKET.sourcePort };
      packets.set(session, { ...PACKET, ...from, destination: ip, destinationPort: port });
      return { kind: 'trace-start' };
    },
    'trace-send': async () => ({ kind: 'trace-send' }),
    'trace-read': async ({ session }) => {
      const packet = packets.get(session);
      const sightings = packet === undefined ? [] : [sighting([began(packet), left(packet)])];
      return { kind: 'trace-read', sightings, sent: { outcome: 'refused', code: 'ECONNREFUSED' } };
    },
    'trace-stop': async ({ session }) => {
      packets.delete(session);
      return { kind: 'trace-stop' };
    },
  };
}

/** Joins a node of that name which answers whatever it is asked, at once: for tests that look at what the API makes of questions and answers. */
export async function answeringNode({ api, redisUrl }: Plane, name: string): Promise<NodeWithKernel> {
  const joined = await joinNodeNamed(api, name);
  return withKernel(api, redisUrl, joined, {
    ...CAPTURES,
    ...traces(),
    crossing: lookAt(api, joined, (config) => config),
    probe: async ({ targets, attempts }) => ({
      kind: 'probe',
      results: targets.map((target) => ({ target, connected: attempts, errors: {} })),
    }),
  });
}
