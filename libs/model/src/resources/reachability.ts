import { z } from 'zod';
import { Ipv4 } from '../address.ts';
import { DnsLabel } from '../names.ts';
import { CrossingStep } from './crossing.ts';
import { KernelObject, ObjectOwner } from './kernel-object.ts';
import { Port, Protocol } from './vocabulary.ts';

const namespaced = (what: string) =>
  z
    .string()
    .max(127)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?\/[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, `must be a ${what} as namespace/name`)
    .describe('namespace/name');

const podRef = z.strictObject({ pod: namespaced('pod') });
const nodeRef = z.strictObject({ node: DnsLabel.describe('name of the node') });

/** Who sends: a pod, a process of a node, or somebody outside of the fleet whose packets come to a node first. */
export const ReachabilityFrom = z
  .union([
    podRef,
    nodeRef,
    z.strictObject({ outside: z.strictObject({ address: Ipv4, via: DnsLabel.describe('name of the node that the packet comes to') }) }),
  ])
  .meta({ id: 'ReachabilityFrom' });
export type ReachabilityFrom = z.infer<typeof ReachabilityFrom>;

/** Whom it is for: a pod, a service (by its cluster IP; from outside by an address or node port that it answers at there), a node or any address. */
export const ReachabilityTo = z
  .union([podRef, z.strictObject({ service: namespaced('service') }), nodeRef, z.strictObject({ address: Ipv4 })])
  .meta({ id: 'ReachabilityTo' });
export type ReachabilityTo = z.infer<typeof ReachabilityTo>;

/** A question: what becomes of a connection? */
export const ReachabilityQuestion = z
  .strictObject({
    from: ReachabilityFrom,
    to: ReachabilityTo,
    protocol: Protocol.default('TCP'),
    port: Port.describe('of a service its own port, whatever its node port or target port is'),
    against: z
      .enum(['desired', 'live'])
      .default('desired')
      .describe('desired: what nodes are to have; live: what is in the kernels of the nodes on the way, which are asked'),
  })
  .meta({ id: 'ReachabilityQuestion' });
export type ReachabilityQuestion = z.infer<typeof ReachabilityQuestion>;

export const ReachabilityVerdict = z
  .enum(['reachable', 'refused', 'dropped', 'unroutable', 'unknown'])
  .describe('unroutable: some host has no way on; unknown: it leaves the fleet, or meets a rule that is not understood')
  .meta({ id: 'ReachabilityVerdict' });
export type ReachabilityVerdict = z.infer<typeof ReachabilityVerdict>;

/** Something in a kernel that a step happens by, and whom it is for; nobody where it is not known. */
export const ReachabilityObject = z
  .strictObject({ ...KernelObject.shape, owners: z.array(ObjectOwner) })
  .meta({ id: 'ReachabilityObject' });
export type ReachabilityObject = z.infer<typeof ReachabilityObject>;

/** What happens to the packet on one node. */
export const ReachabilityHop = z
  .strictObject({
    node: DnsLabel,
    steps: z.array(z.strictObject({ ...CrossingStep.shape, behind: z.array(ReachabilityObject) })),
  })
  .meta({ id: 'ReachabilityHop' });
export type ReachabilityHop = z.infer<typeof ReachabilityHop>;

/** One way that connections take, of as many as there are endpoints. */
export const ReachabilityPath = z
  .strictObject({
    share: z.number().min(0).max(1).describe('the part of new connections that takes it'),
    verdict: ReachabilityVerdict,
    why: z.string().nullable().describe('null: reachable, and that something listens is known'),
    destination: z.strictObject({
      ip: Ipv4,
      port: Port,
      node: DnsLabel.nullable(),
      pod: z.string().nullable().describe('namespace/name of the pod that it arrives in'),
    }),
    source: Ipv4.describe('the source address that the destination sees'),
    masqueradedBy: z
      .strictObject({
        node: DnsLabel,
        rule: ReachabilityObject,
        remedy: z.string().nullable().describe('what would keep the source address; null: nothing'),
      })
      .nullable()
      .describe('null: the source address is preserved'),
    there: z.array(ReachabilityHop),
    back: z.array(ReachabilityHop).describe('the way of the answer'),
  })
  .meta({ id: 'ReachabilityPath' });
export type ReachabilityPath = z.infer<typeof ReachabilityPath>;

/** What may make the answer untrue. */
export const ReachabilityNote = z
  .strictObject({
    code: z.enum(['NodeNotReady', 'NodeNotInSync', 'NodeFrozen', 'OpenDrift', 'EndpointsLeftOut', 'NetworkBetweenNodes', 'RulesOfOthers']),
    node: DnsLabel.nullable(),
    text: z.string(),
  })
  .meta({ id: 'ReachabilityNote' });
export type ReachabilityNote = z.infer<typeof ReachabilityNote>;

/** The answer. */
export const Reachability = z
  .strictObject({
    verdict: z.enum([...ReachabilityVerdict.options, 'mixed']).describe('mixed: it depends on the endpoint'),
    against: z.enum(['desired', 'live']),
    revision: z.int().describe('the revision of desired state that it was computed from'),
    source: Ipv4.nullable().describe('the address that it is sent from; null: nothing could be sent'),
    destination: z.strictObject({ ip: Ipv4, port: Port, protocol: Protocol }).nullable().describe('null: there is no address to send to'),
    sourcePreserved: z.boolean().nullable().describe('null: it arrives nowhere, or it depends on the endpoint'),
    why: z.string().nullable().describe('why there is no path at all, or nothing is known of any; null: each path says its own'),
    paths: z.array(ReachabilityPath),
    notes: z.array(ReachabilityNote),
  })
  .meta({ id: 'Reachability' });
export type Reachability = z.infer<typeof Reachability>;
