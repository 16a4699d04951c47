import type { TraceSighting } from '@weft/jobs';
import type { SeenPacket } from '../../src/traces/correlate.ts';

type Event = TraceSighting['way']['events'][number];

/** A packet from the first pod to a service. */
export const PACKET: SeenPacket = {
  iif: 'weft0',
  oif: null,
  source: '100.64.1.2',
  destination: '198.19.0.1',
  protocol: 'tcp',
  sourcePort: 20_001,
  destinationPort: 80,
  ipId: 7,
};

/** The same, as it leaves for an endpoint on another node. */
export const TRANSLATED: SeenPacket = { ...PACKET, oif: 'wf-vxlan', destination: '100.64.2.2', destinationPort: 8080 };

export const met = (table: string, chain: string, packet: SeenPacket): Event => ({ what: 'packet', table, chain, packet });
export const rule = (table: string, chain: string, text: string, verdict: string): Event => ({
  what: 'rule',
  table,
  chain,
  rule: text,
  verdict,
});
export const policy = (table: string, chain: string, verdict: string): Event => ({ what: 'policy', table, chain, verdict });

const OWN = 'ip weft_trace_x';
export const began = (packet: SeenPacket) => met(OWN, 'prerouting', packet);
export const left = (packet: SeenPacket) => met(OWN, 'postrouting', packet);

/** Routed to a link without anybody on it. */
export const LOOK_UPS: TraceSighting['lookUps'] = {
  route: { found: true, type: 'unicast', device: 'weft0', gateway: null, text: '100.64.2.2 dev weft0' },
  neighbour: null,
  tunnel: null,
  connection: null,
};

export const sighting = (
  events: readonly Event[],
  lookUps: Partial<TraceSighting['lookUps']> = {},
  reason: string | null = null,
): TraceSighting => ({
  way: { events: [...events] },
  lookUps: { ...LOOK_UPS, ...lookUps },
  reason,
});
