import { z } from 'zod';
import { Ipv4Cidr } from '../address.ts';

/** Service backends a node can run. */
export const Backend = z.enum(['nftables', 'iptables', 'ipvs']).meta({ id: 'Backend' });
export type Backend = z.infer<typeof Backend>;

/** How a pod hangs on its node: a veth into the bridge `weft0`, or a routed veth with a /32. */
export const PodLink = z.enum(['bridge', 'routed']).meta({ id: 'PodLink' });
export type PodLink = z.infer<typeof PodLink>;

/** How packets travel between nodes; `auto` is direct where two nodes share a subnet and VXLAN where they do not. */
export const Overlay = z.enum(['auto', 'vxlan', 'direct']).meta({ id: 'Overlay' });
export type Overlay = z.infer<typeof Overlay>;

/** One way from a node to another: a VXLAN tunnel, or a route over a link that both are on. */
export const NodeWay = z.enum(['vxlan', 'direct']).meta({ id: 'NodeWay' });
export type NodeWay = z.infer<typeof NodeWay>;

/** Transport protocols a service port can have. */
export const Protocol = z.enum(['TCP', 'UDP', 'SCTP']).meta({ id: 'Protocol' });
export type Protocol = z.infer<typeof Protocol>;

/** A transport port. */
export const Port = z.int().min(1).max(65535);

/** An endpoint's share of its service's new connections beside the others'; 0: none. */
export const EndpointWeight = z.int().min(0).max(1000);

/** Where node ports answer: a range of addresses, or `primary`, the one by which other nodes reach this one. */
export const NodePortAddress = z
  .string()
  .max(18)
  .refine((text) => text === 'primary' || Ipv4Cidr.safeParse(text).success, "must be 'primary' or an IPv4 range such as 192.0.2.0/24");
export type NodePortAddress = z.infer<typeof NodePortAddress>;

/** An RFC 3339 time in UTC. */
export const Timestamp = z.iso.datetime();

/** One observation about an object, after Kubernetes' conditions: what holds, why, and since which generation. */
export const Condition = z
  .strictObject({
    type: z.string(),
    status: z.enum(['True', 'False', 'Unknown']),
    reason: z.string(),
    message: z.string(),
    observedGeneration: z.int(),
    lastTransitionTime: Timestamp,
  })
  .meta({ id: 'Condition' });
export type Condition = z.infer<typeof Condition>;

/** How far a change has come: counts of the nodes it concerns. */
export const NodeProgress = z
  .strictObject({
    desired: z.int().describe('nodes the change concerns'),
    applied: z.int().describe('nodes that have applied it'),
    failed: z.int().describe('nodes whose last apply failed'),
    stale: z.int().describe('nodes that have not applied it yet'),
    frozen: z.int().describe('nodes that have not applied it and will not before they are unfrozen'),
    waitingFor: z.array(z.string()).max(20).describe('names of nodes that have not applied it, at most 20'),
  })
  .meta({ id: 'NodeProgress' });
export type NodeProgress = z.infer<typeof NodeProgress>;
