import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { DnsLabel } from '../names.ts';
import { DriftReport } from './drift.ts';
import { KernelObject, ObjectOwner } from './kernel-object.ts';
import { Backend, Timestamp } from './vocabulary.ts';

/** Owners that are named of one thing; `moreOwners` counts the others. */
export const OWNERS_MAX = 8;

/** The change that a thing in a kernel came with. */
export const ObjectOrigin = z
  .strictObject({
    revision: z.int().describe('since which it is as it is, without a break, as far back as the past is kept'),
    requestId: z.string(),
    actor: z.strictObject({ kind: z.enum(['user', 'node', 'system']), name: z.string(), tokenId: z.string().nullable() }),
    at: Timestamp,
    operation: z.string().describe('operation id, such as serviceCreate'),
  })
  .meta({ id: 'ObjectOrigin' });
export type ObjectOrigin = Readonly<z.infer<typeof ObjectOrigin>>;

/** Why a thing stands in the kernel of a node. */
export const Explanation = z
  .strictObject({
    ...KernelObject.shape,
    standing: z
      .enum(['ours', 'altered', 'missing', 'draining', 'foreign'])
      .describe(
        'ours: as it was applied. altered: somebody else made it otherwise. missing: it was applied and is not there. draining: it is not wanted any more, and goes when its ' +
          'last connection has ended. foreign: not ours',
      ),
    wanted: z.string().nullable().describe('of what is altered: the text that was applied'),
    owners: z
      .array(z.strictObject({ ...ObjectOwner.shape, generation: z.int().nullable() }))
      .max(OWNERS_MAX)
      .describe('what it is for, with the generation that was applied; empty when it is foreign'),
    moreOwners: z.int().describe('how many more it is for'),
    origin: ObjectOrigin.nullable().describe('the change that it came with; null: it is foreign, or came before what is kept'),
    applied: z
      .strictObject({ receipt: idSchema('receipt'), at: Timestamp })
      .nullable()
      .describe('when the node first applied that change; null: no receipt is kept'),
    drift: z
      .array(DriftReport.pick({ id: true, lastAt: true, process: true, outcome: true }))
      .describe('changes that somebody else made to it, newest first, as far as they were noticed lately'),
  })
  .meta({ id: 'Explanation' });
export type Explanation = Readonly<z.infer<typeof Explanation>>;

/** What is in the kernel of a node, or a part of it. */
export const NodeDataplane = z
  .strictObject({
    node: DnsLabel,
    at: Timestamp.describe('when the node looked'),
    revision: z.int().describe('the revision that was applied when it looked'),
    items: z.array(Explanation),
    total: z.int().describe('how many things fit'),
    truncated: z.boolean().describe('true: others have more on the node than is listed'),
    nextCursor: z.string().nullable().describe('send it as cursor, soon: the look is kept for half a minute; null: these were the last'),
  })
  .meta({ id: 'NodeDataplane' });
export type NodeDataplane = Readonly<z.infer<typeof NodeDataplane>>;

/** What is to be explained: a line as a tool lists it, a part of such a line, or one thing by its name. */
export const ExplainQuestion = z
  .union([
    z.strictObject({ text: z.string().min(1).max(4_096).describe('such as a line of nft list, iptables-save, ipvsadm -S -n, ip route') }),
    z.strictObject({ kind: KernelObject.shape.kind, place: z.string().min(1).max(512), key: z.string().min(1).max(4_096) }),
  ])
  .meta({ id: 'ExplainQuestion' });
export type ExplainQuestion = Readonly<z.infer<typeof ExplainQuestion>>;

/** One thing that a service has on nodes, as it should be, as it was applied, and as it is there. */
export const ServiceObject = z
  .strictObject({
    kind: KernelObject.shape.kind,
    place: z.string(),
    key: z.string(),
    desired: z.string().nullable().describe('the text that the newest revision comes to; null: it should not be there'),
    applied: z.string().nullable().describe('the text that the revision comes to which the node has applied; null: it was not there'),
    live: z.string().nullable().describe('the text in the kernel; null: it is not there, or the node did not answer'),
  })
  .meta({ id: 'ServiceObject' });
export type ServiceObject = Readonly<z.infer<typeof ServiceObject>>;

/** What a service has in the kernels of the fleet. */
export const ServiceDataplane = z
  .strictObject({
    service: ObjectOwner,
    revision: z.int().describe('the newest revision'),
    groups: z.array(
      z.strictObject({
        nodes: z.array(DnsLabel).describe('nodes on which all of this is the same'),
        backend: Backend,
        answered: z.boolean().describe('false: the nodes did not answer, and nobody knows what is live there'),
        differing: z.int().describe('how many of the objects are not the same in all that is known'),
        objects: z.array(ServiceObject),
      }),
    ),
    nextCursor: z.string().nullable().describe('send it as cursor to get the next nodes; null: these were the last'),
  })
  .meta({ id: 'ServiceDataplane' });
export type ServiceDataplane = Readonly<z.infer<typeof ServiceDataplane>>;
