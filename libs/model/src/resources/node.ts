import { z } from 'zod';
import { Ipv4Cidr, Ipv4Interface } from '../address.ts';
import { Labels, LabelsPatch } from '../labels.ts';
import { DnsLabel } from '../names.ts';
import { DriftPolicy } from './drift.ts';
import { systemFields } from './meta.ts';
import { isSpecial, ONE_HOST } from './special-addresses.ts';
import { Backend, Condition, NodePortAddress, NodeWay, Overlay, PodLink, Timestamp } from './vocabulary.ts';

const nodePortAddresses = z
  .array(NodePortAddress)
  .max(16)
  .describe('where node ports answer: ranges that hold addresses of the node, or primary; empty: at all of its addresses but loopback');
const strictArp = z
  .boolean()
  .describe('true: links answer ARP only for addresses of their own, so that another program may announce service addresses');

const overlay = Overlay.nullable().describe('how it sends packets to other nodes, whatever way theirs take; null: as the cluster says');

const frozen = z.boolean().describe('true: nothing on the node changes until it is false again; writes are accepted and wait');
const driftPolicy = DriftPolicy.describe('what becomes of changes that others make to what is ours: undone at once, or only told');

/** What a user sends to create a node. */
export const NodeCreate = z
  .strictObject({
    name: DnsLabel,
    labels: Labels.default({}),
    zone: DnsLabel.nullable().default(null),
    backend: Backend.default('nftables'),
    podLink: PodLink.default('bridge'),
    overlay: overlay.default(null),
    nodePortAddresses: nodePortAddresses.default([]),
    strictArp: strictArp.default(false),
    cordoned: z.boolean().default(false),
    frozen: frozen.default(false),
    driftPolicy: driftPolicy.default('repair'),
  })
  .meta({ id: 'NodeCreate' });
export type NodeCreate = z.infer<typeof NodeCreate>;

/** A merge patch (RFC 7396) of a node. */
export const NodeUpdate = z
  .strictObject({
    labels: LabelsPatch,
    zone: DnsLabel.nullable(),
    backend: Backend,
    podLink: PodLink,
    overlay,
    nodePortAddresses,
    strictArp,
    cordoned: z.boolean(),
    frozen,
    driftPolicy,
  })
  .partial()
  .meta({ id: 'NodeUpdate' });
export type NodeUpdate = z.infer<typeof NodeUpdate>;

/** Most tools that an executor tells the version of. */
const TOOLS_MAX = 32;

/** An address of one host, with its prefix length. */
const NodeAddress = Ipv4Interface.refine((text) => !isSpecial(text.split('/')[0] ?? ''), ONE_HOST);

/** What a node's executor found out about its host at start. */
export const NodeFacts = z
  .strictObject({
    address: NodeAddress.describe('the address other nodes reach this node at, with its prefix length'),
    mtu: z.int().min(576).max(65535).describe('MTU of the link that carries the address, in bytes'),
    executorVersion: z.string().max(64),
    kernel: z.string().max(128),
    backends: z.array(Backend).max(8).describe('service backends this kernel and its tools can run'),
    podLinks: z.array(PodLink).max(8).describe('ways of linking pods that this kernel can do'),
    overlays: z.array(NodeWay).max(8).describe('ways to other nodes that this kernel can do'),
    tools: z
      .record(z.string().max(32), z.string().max(128))
      .refine((tools) => Object.keys(tools).length <= TOOLS_MAX, `must have at most ${TOOLS_MAX} entries`)
      .meta({ maxProperties: TOOLS_MAX })
      .describe('tool name → version'),
    problems: z
      .array(z.strictObject({ code: z.string().max(64), message: z.string().max(1024) }))
      .max(32)
      .describe('what keeps this host from being programmed, such as PoolConflict'),
  })
  .meta({ id: 'NodeFacts' });
export type NodeFacts = z.infer<typeof NodeFacts>;

/** What an executor says of its host; one of protocol 1 does not say which links it can make. */
export const NodeFactsReport = NodeFacts.extend({
  podLinks: NodeFacts.shape.podLinks.default(PodLink.options),
  overlays: NodeFacts.shape.overlays.default(NodeWay.options),
}).meta({ id: 'NodeFactsReport' });

/**
 * PendingApproval: joined, and nobody has approved it yet. Ready: applied what it should, seen lately. Lagging: seen lately, not there yet. Failed: its last apply failed.
 * Frozen: it or the whole fleet is frozen, so that it applies nothing. NotReady: not seen for 40 s. Pending: never seen.
 */
export const NodePhase = z
  .enum(['PendingApproval', 'Pending', 'Ready', 'Lagging', 'Failed', 'Frozen', 'NotReady'])
  .meta({ id: 'NodePhase' });
export type NodePhase = z.infer<typeof NodePhase>;

/** How long a node that is drained waits for the others at most, and a pod that is drained may take to go, in seconds. */
const DRAIN_MAX_SECONDS = 3_600;

/** What a user sends to empty a node. */
export const NodeDrain = z
  .strictObject({
    graceSeconds: z
      .int()
      .min(0)
      .max(DRAIN_MAX_SECONDS)
      .nullable()
      .default(null)
      .describe('how long its pods may take to go; null: each its own terminationGracePeriodSeconds'),
    waitSeconds: z
      .int()
      .min(0)
      .max(DRAIN_MAX_SECONDS)
      .default(300)
      .describe(
        'how long to wait for nodes that have not acknowledged yet that they send nothing new there; after that its pods go anyway',
      ),
  })
  .meta({ id: 'NodeDrain' });
export type NodeDrain = z.infer<typeof NodeDrain>;

/**
 * Withdrawing: the other nodes are told, and those that are heard of have not all acknowledged. Evicting: its pods are going. Drained: it has none left. In force until the
 * node is uncordoned.
 */
export const DrainPhase = z.enum(['Withdrawing', 'Evicting', 'Drained']).meta({ id: 'DrainPhase' });
export type DrainPhase = z.infer<typeof DrainPhase>;

/** How far the emptying of a node has come. */
export const DrainStatus = z
  .strictObject({
    phase: DrainPhase,
    startedAt: Timestamp,
    graceSeconds: z.int().nullable(),
    waitSeconds: z.int(),
    podsLeft: z.int(),
    waitingFor: z.array(DnsLabel).describe('nodes that have not acknowledged what this phase waits for; at most 20 are named'),
  })
  .meta({ id: 'DrainStatus' });
export type DrainStatus = z.infer<typeof DrainStatus>;

/** A host of the fleet. */
export const Node = z
  .strictObject({
    name: DnsLabel,
    labels: Labels,
    zone: DnsLabel.nullable(),
    backend: Backend,
    podLink: PodLink,
    overlay,
    nodePortAddresses,
    strictArp,
    cordoned: z.boolean(),
    frozen,
    driftPolicy,
    address: Ipv4Interface.nullable(),
    podBlocks: z.array(Ipv4Cidr),
    ...systemFields('node'),
    status: z.strictObject({
      phase: NodePhase,
      conditions: z.array(Condition),
      desiredRevision: z.int(),
      appliedRevision: z.int(),
      configHash: z.string().nullable().describe('hash of the node configuration that was applied last'),
      capabilities: NodeFacts.nullable(),
      lastSeenAt: Timestamp.nullable(),
      drain: DrainStatus.nullable().describe('null: it is not being emptied'),
      credentialExpiresAt: Timestamp.nullable().describe('when the credential of its executor ends; null: it has none'),
    }),
  })
  .meta({ id: 'Node' });
export type Node = z.infer<typeof Node>;
