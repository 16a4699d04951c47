import { z } from 'zod';
import { Ipv4Cidr } from '../address.ts';
import { Overlay, Port } from './vocabulary.ts';

/** Settings of the whole fleet that shape every node's network. */
export const ClusterNetwork = z
  .strictObject({
    podCidrs: z.array(Ipv4Cidr).min(1).max(16),
    serviceCidrs: z.array(Ipv4Cidr).min(1).max(16),
    podBlockPrefixLength: z.int().min(20).max(29),
    nodePortRange: z.strictObject({ from: Port, to: Port }),
    externalCidrs: z.array(Ipv4Cidr).max(16).describe('where external and load balancer addresses of services may lie; empty: nowhere'),
    overlay: Overlay,
    vxlan: z.strictObject({ vni: z.int().min(1).max(16777215), port: Port }),
    masqueradeMark: z
      .int()
      .min(1)
      .max(0x7fffffff)
      .refine((mark) => (mark & (mark - 1)) === 0, 'must be one bit, such as 16384 (0x4000)')
      .describe('the one firewall mark bit that weft sets and clears'),
    masqueradePorts: z
      .strictObject({ from: Port, to: Port })
      .refine(({ from, to }) => from <= to, { path: ['to'], error: 'must not be below from' })
      .nullable()
      .describe('source ports that masqueraded connections get; null: the choice of the kernel'),
  })
  .meta({ id: 'ClusterNetwork' });
export type ClusterNetwork = z.infer<typeof ClusterNetwork>;

/** What a fleet starts with when `init` says nothing else. VNI and port differ from flannel's (1, 8472), which can run beside us. */
export const DEFAULT_NETWORK: ClusterNetwork = {
  podCidrs: ['100.64.0.0/16'],
  serviceCidrs: ['198.19.0.0/16'],
  podBlockPrefixLength: 24,
  nodePortRange: { from: 30000, to: 32767 },
  externalCidrs: [],
  overlay: 'auto',
  vxlan: { vni: 7070, port: 4789 },
  masqueradeMark: 0x4000,
  masqueradePorts: null,
};

const frozen = z.boolean().describe('true: nothing changes on any node until it is false again; writes are accepted and wait');

/** A node is not given up for two heartbeats that were lost. */
export const HEARTBEATS_OF_GRACE = 3;

const notReadyAfterSeconds = z
  .int()
  .min(3)
  .max(3_600)
  .describe('how long nothing is heard of a node before it is NotReady and its endpoints are withdrawn; never less than three heartbeats');

/** What a user may change in the cluster's settings after `init`. */
export const ClusterUpdate = ClusterNetwork.pick({ overlay: true, externalCidrs: true, masqueradePorts: true })
  .extend({ frozen })
  .extend({ notReadyAfterSeconds })
  .partial()
  .meta({ id: 'ClusterUpdate' });
export type ClusterUpdate = z.infer<typeof ClusterUpdate>;

/** The cluster as the API shows it. */
export const Cluster = z
  .strictObject({ ...ClusterNetwork.shape, frozen, notReadyAfterSeconds, epoch: z.string(), revision: z.int(), generation: z.int() })
  .meta({ id: 'Cluster' });
export type Cluster = z.infer<typeof Cluster>;
