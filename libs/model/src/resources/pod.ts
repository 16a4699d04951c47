import { z } from 'zod';
import { Ipv4 } from '../address.ts';
import { Labels, LabelsPatch } from '../labels.ts';
import { DnsLabel, PortName } from '../names.ts';
import { systemFields } from './meta.ts';
import { DEFAULT_NAMESPACE } from './namespace.ts';
import { Condition, EndpointWeight, Port, Protocol, Timestamp } from './vocabulary.ts';

/** A port that a pod's process listens on. */
export const PodPort = z.strictObject({ name: PortName.nullable(), containerPort: Port, protocol: Protocol }).meta({ id: 'PodPort' });
export type PodPort = z.infer<typeof PodPort>;

/** A pod's port as a user sends it. */
export const PodPortCreate = PodPort.extend({ name: PodPort.shape.name.default(null), protocol: Protocol.default('TCP') }).meta({
  id: 'PodPortCreate',
});
export type PodPortCreate = z.infer<typeof PodPortCreate>;

/** How the node finds out that a pod can take traffic. Connects from the node to the pod's address. */
export const ReadinessProbe = z
  .strictObject({
    type: z.enum(['tcp', 'http']),
    port: Port,
    path: z
      .string()
      .max(1024)
      .regex(/^\/[\x21-\x7e]*$/, 'must start with / and have only printable ASCII characters without spaces')
      .describe('http only; 200 to 399 is ready'),
    periodSeconds: z.int().min(1).max(300),
    timeoutSeconds: z.int().min(1).max(60),
    failureThreshold: z.int().min(1).max(100),
  })
  .meta({ id: 'ReadinessProbe' });
export type ReadinessProbe = z.infer<typeof ReadinessProbe>;

const { path, periodSeconds, timeoutSeconds, failureThreshold } = ReadinessProbe.shape;

/** A readiness probe as a user sends it. */
export const ReadinessProbeCreate = ReadinessProbe.extend({
  path: path.default('/'),
  periodSeconds: periodSeconds.default(5),
  timeoutSeconds: timeoutSeconds.default(1),
  failureThreshold: failureThreshold.default(3),
}).meta({ id: 'ReadinessProbeCreate' });
export type ReadinessProbeCreate = z.infer<typeof ReadinessProbeCreate>;

/**
 * What runs in the pod. `none`: the namespace is wired and left to you (`ip netns exec`). `echo`: a small server on every port
 * that answers with the pod's name, over HTTP on TCP ports and with one datagram on UDP ports; for trying things out.
 */
export const PodRuntime = z.strictObject({ type: z.enum(['none', 'echo']) }).meta({ id: 'PodRuntime' });
export type PodRuntime = z.infer<typeof PodRuntime>;

const ports = z
  .array(PodPortCreate)
  .max(64)
  .refine((all) => new Set(all.map((p) => `${p.protocol}/${p.containerPort}`)).size === all.length, 'must not repeat a protocol and port')
  .refine((all) => {
    const named = all.flatMap((p) => p.name ?? []);
    return new Set(named).size === named.length;
  }, 'must not repeat a name');

const weight = EndpointWeight.describe("share of a service's new connections beside the other pods'; 0: none");

/** The longest time that a pod may take to go, in seconds. */
export const GRACE_MAX_SECONDS = 3600;

const terminationGracePeriodSeconds = z
  .int()
  .min(0)
  .max(GRACE_MAX_SECONDS)
  .describe('how long it stays when it is deleted, so that connections it has can end; 0: not at all');

/** What a user sends to create a pod. */
export const PodCreate = z
  .strictObject({
    name: DnsLabel,
    namespace: DnsLabel.default(DEFAULT_NAMESPACE),
    labels: Labels.default({}),
    node: DnsLabel.nullable().default(null).describe('name of the node; omitted: the ready node with the fewest pods'),
    ip: Ipv4.nullable().default(null).describe('a particular address from a block of the node; omitted: the next free one'),
    ports: ports.default([]),
    readinessProbe: ReadinessProbeCreate.nullable()
      .default(null)
      .describe('omitted: ready as soon as the pod is wired and its runtime runs'),
    runtime: PodRuntime.default({ type: 'none' }),
    weight: weight.default(1),
    terminationGracePeriodSeconds: terminationGracePeriodSeconds.default(0),
  })
  .meta({ id: 'PodCreate' });
export type PodCreate = z.infer<typeof PodCreate>;

/** A merge patch (RFC 7396) of a pod. Its node and address are fixed for life. */
export const PodUpdate = z
  .strictObject({
    labels: LabelsPatch,
    ports,
    readinessProbe: ReadinessProbeCreate.nullable(),
    weight,
    terminationGracePeriodSeconds,
  })
  .partial()
  .meta({ id: 'PodUpdate' });
export type PodUpdate = z.infer<typeof PodUpdate>;

/** Pending: not wired yet. Running: wired. Failed: the node could not wire it. Terminating: it was deleted and is given time to go. */
export const PodPhase = z.enum(['Pending', 'Running', 'Failed', 'Terminating']).meta({ id: 'PodPhase' });
export type PodPhase = z.infer<typeof PodPhase>;

/** What of it a node can say: nodes know nothing of deletions before they happen. */
const ReportedPhase = PodPhase.exclude(['Terminating']).meta({ id: 'ReportedPodPhase' });

/** What a node says about one of its pods. */
export const PodReport = z
  .strictObject({
    id: z.string().max(64),
    phase: ReportedPhase,
    ready: z.boolean(),
    reason: z.string().max(64),
    message: z.string().max(1024),
  })
  .meta({ id: 'PodReport' });
export type PodReport = z.infer<typeof PodReport>;

/** A pod: a network namespace on a node with an address of its own. */
export const Pod = z
  .strictObject({
    name: DnsLabel,
    namespace: DnsLabel,
    labels: Labels,
    node: DnsLabel,
    ports: z.array(PodPort),
    readinessProbe: ReadinessProbe.nullable(),
    runtime: PodRuntime,
    weight,
    terminationGracePeriodSeconds,
    ip: Ipv4,
    mac: z.string(),
    ...systemFields('pod'),
    status: z.strictObject({
      phase: PodPhase,
      terminatesAt: Timestamp.nullable().describe('phase Terminating: when it is gone at the latest'),
      ready: z.boolean(),
      conditions: z.array(Condition),
      netns: z.string().describe('name below /run/netns on its node'),
      interface: z.string().describe('host side of its veth pair'),
    }),
  })
  .meta({ id: 'Pod' });
export type Pod = z.infer<typeof Pod>;
