import { type FollowedConfig, follower, type Landing, type Packet, type PacketNode } from '../../src/packets/index.ts';

/** Somewhere that a packet may end up, with the part of all packets that does. */
export interface Candidate {
  readonly ip: string;
  readonly port: number;
  /** 0 to 1, to six digits. */
  readonly share: number;
  /** The endpoint sees the node's address instead of the source's. */
  readonly masquerade: boolean;
}

/** What becomes of a packet. `accept`: no service had to do with it. `unroutable`: its node has no route to where it should go. */
export type Trace =
  | { readonly verdict: 'dnat'; readonly candidates: readonly Candidate[] }
  | { readonly verdict: 'accept'; readonly masquerade: boolean }
  | { readonly verdict: 'reject'; readonly with: 'tcp-reset' | 'icmp-port-unreachable' }
  | { readonly verdict: 'drop' | 'unroutable' };

const byAddress = (a: { ip: string; port: number }, b: { ip: string; port: number }) =>
  `${a.ip}:${a.port}` < `${b.ip}:${b.port}` ? -1 : 1;

function summary(landings: readonly Landing[]): Trace {
  const [first] = landings;
  if (first === undefined) throw new Error('the packet went nowhere');
  const { end, flight } = first;
  const kind = (landing: Landing) => `${landing.end === 'accept' ? 'continue' : landing.end} ${landing.flight.translated}`;
  if (landings.some((landing) => kind(landing) !== kind(first))) throw new Error('what becomes of the packet depends on chance');
  if (end === 'drop' || end === 'unroutable') return { verdict: end };
  if (end === 'tcp-reset' || end === 'icmp-port-unreachable') return { verdict: 'reject', with: end };
  if (!flight.translated) return { verdict: 'accept', masquerade: flight.masquerade };
  const candidates = landings.map(({ flight: { destination, port, share, masquerade } }) => ({
    ip: destination,
    port,
    share: Number(share.toFixed(6)),
    masquerade,
  }));
  return { verdict: 'dnat', candidates: candidates.sort(byAddress) };
}

/** What a node does to packets, summed up: as follower. Throws Error also when what becomes of a packet depends on chance. */
export function tracer(config: FollowedConfig, node: PacketNode): (packet: Packet) => Trace {
  const follow = follower(config, node);
  return (packet) => summary(follow(packet));
}

/** What a node does to one packet; see tracer. */
export function trace(config: FollowedConfig, packet: Packet, node: PacketNode): Trace {
  return tracer(config, node)(packet);
}
