import { z } from 'zod';
import { Ipv4 } from '../address.ts';
import { KernelObject } from './kernel-object.ts';
import { Port } from './vocabulary.ts';

/** The first packet of a connection, or the answer to it, as it is on the wire. `source` null: whichever the kernel chooses for a process of the host. */
export const WirePacket = z.strictObject({
  source: Ipv4.nullable(),
  destination: Ipv4,
  protocol: z.enum(['tcp', 'udp', 'sctp']),
  port: Port.describe('the port of the destination; of an answer, the port that it is from'),
});
export type WirePacket = z.infer<typeof WirePacket>;

/** Where a packet is met on a node: sent by a pod, by a process of the host, or come from the network, in a tunnel or plain. */
export const PacketOrigin = z.discriminatedUnion('in', [
  z.strictObject({ in: z.literal('pod'), netns: z.string() }),
  z.strictObject({ in: z.literal('host') }),
  z.strictObject({ in: z.literal('network'), tunnel: z.boolean() }),
]);
export type PacketOrigin = z.infer<typeof PacketOrigin>;

/** A packet that meets a node. `answer`: it belongs to a connection that the node knows, so rules for new ones are not asked. */
export const Arrival = z.strictObject({ origin: PacketOrigin, packet: WirePacket, answer: z.boolean() });
export type Arrival = z.infer<typeof Arrival>;

/** One thing that happens to a packet on a node, with what stands in the kernel that makes it happen. */
export const CrossingStep = z.strictObject({
  kind: z.enum(['start', 'rule', 'translate', 'masquerade', 'route', 'neighbour', 'tunnel', 'deliver', 'leave', 'stop']),
  hook: z.enum(['prerouting', 'input', 'forward', 'output', 'postrouting']).nullable().describe('of a rule: the hook that it is met at'),
  text: z.string().describe('what happens, in a line to read'),
  behind: z.array(KernelObject).describe('the rule and elements, route, neighbour, forwarding entry or link that it happens by'),
});
export type CrossingStep = z.infer<typeof CrossingStep>;

/** Where a node leaves a packet. */
export const CrossingEnd = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pod'), netns: z.string(), listens: z.boolean().nullable() }),
  z.strictObject({ kind: z.literal('host') }),
  z.strictObject({ kind: z.literal('network'), next: Ipv4.nullable(), tunnel: z.boolean() }),
  z.strictObject({ kind: z.enum(['refused', 'dropped', 'unroutable', 'unknown']), why: z.string() }),
]);
/**
 * `pod`, `host`: it has arrived there (`listens` null: it is not known whether anything does). `network`: it goes on to another host, `next` null: to whichever the host's
 * own default route names. The others: it goes no further.
 */
export type CrossingEnd = z.infer<typeof CrossingEnd>;

/** What one node does to a packet. Where chance decides there is one for each outcome, and shares add up to 1. */
export const Crossing = z.strictObject({
  share: z.number().min(0).max(1),
  steps: z.array(CrossingStep),
  packet: WirePacket.extend({ source: Ipv4 }).describe('as the node leaves it'),
  came: Ipv4.describe('its source as it came to the node'),
  translated: z.boolean().describe('the node gave it another destination'),
  masquerade: KernelObject.nullable().describe('what gave it an address of the node for its source'),
  end: CrossingEnd,
  doubts: z.array(KernelObject).describe('rules of others that may end the packet, and are not understood'),
});
export type Crossing = z.infer<typeof Crossing>;
