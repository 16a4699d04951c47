import { z } from 'zod';
import { Ipv4 } from '../address.ts';
import { Labels } from '../labels.ts';
import { DnsLabel, PortName } from '../names.ts';
import { systemFields } from './meta.ts';
import { DEFAULT_NAMESPACE } from './namespace.ts';
import { Condition, NodeProgress, Port, Protocol } from './vocabulary.ts';

/** ClusterIP: reachable in the fleet. NodePort: also at every node's addresses. */
export const ServiceType = z.enum(['ClusterIP', 'NodePort']).meta({ id: 'ServiceType' });
export type ServiceType = z.infer<typeof ServiceType>;

/** A port as a user sends it. */
export const ServicePortCreate = z
  .strictObject({
    name: PortName.nullable().default(null).describe('needed when the service has more than one port'),
    protocol: Protocol.default('TCP'),
    port: Port,
    targetPort: z
      .union([Port, PortName])
      .nullable()
      .default(null)
      .describe('port of the pods, or the name of one of their ports; omitted: the same as port'),
    nodePort: Port.nullable().default(null).describe('type NodePort only; omitted: a free one from the range'),
  })
  .meta({ id: 'ServicePortCreate' });
export type ServicePortCreate = z.infer<typeof ServicePortCreate>;

/** A port of a service, with what the system filled in. */
export const ServicePort = z
  .strictObject({
    name: PortName.nullable(),
    protocol: Protocol,
    port: Port,
    targetPort: z.union([Port, PortName]),
    nodePort: Port.nullable(),
  })
  .meta({ id: 'ServicePort' });
export type ServicePort = z.infer<typeof ServicePort>;

const ports = z
  .array(ServicePortCreate)
  .min(1)
  .max(64)
  .refine((all) => new Set(all.map((p) => `${p.protocol}/${p.port}`)).size === all.length, 'must not repeat a protocol and port')
  .refine((all) => new Set(all.map((p) => p.name)).size === all.length, 'must have a different name for each port when there are several');

/** What a user sends to create a service. */
export const ServiceCreate = z
  .strictObject({
    name: DnsLabel,
    namespace: DnsLabel.default(DEFAULT_NAMESPACE),
    labels: Labels.default({}),
    type: ServiceType.default('ClusterIP'),
    selector: Labels.nullable().default(null).describe('labels of the pods behind it; null: its endpoints are managed by hand'),
    clusterIP: z
      .union([Ipv4, z.literal('None')])
      .nullable()
      .default(null)
      .describe('a particular address, None for headless; omitted: the next free one'),
    ports,
  })
  .refine((s) => s.type === 'NodePort' || s.ports.every((p) => p.nodePort === null), {
    path: ['ports'],
    message: 'nodePort is for services of type NodePort',
  })
  .refine((s) => !(s.type === 'NodePort' && s.clusterIP === 'None'), {
    path: ['clusterIP'],
    message: 'a headless service cannot be of type NodePort',
  })
  .meta({ id: 'ServiceCreate' });
export type ServiceCreate = z.infer<typeof ServiceCreate>;

/** A merge patch (RFC 7396) of a service. Its address is fixed for life; arrays are replaced whole. */
export const ServiceUpdate = z
  .strictObject({
    labels: z.record(z.string(), z.string().nullable()).nullable(),
    type: ServiceType,
    selector: z.record(z.string(), z.string().nullable()).nullable(),
    ports,
  })
  .partial()
  .meta({ id: 'ServiceUpdate' });
export type ServiceUpdate = z.infer<typeof ServiceUpdate>;

/** Pending: some node has not applied it. Programmed: every node it concerns has. Failed: some node could not. */
export const ServicePhase = z.enum(['Pending', 'Programmed', 'Failed']).meta({ id: 'ServicePhase' });
export type ServicePhase = z.infer<typeof ServicePhase>;

/** A stable, load-balanced address in front of endpoints. */
export const Service = z
  .strictObject({
    name: DnsLabel,
    namespace: DnsLabel,
    labels: Labels,
    type: ServiceType,
    selector: Labels.nullable(),
    clusterIP: z.union([Ipv4, z.literal('None')]),
    ports: z.array(ServicePort),
    ...systemFields('service'),
    status: z.strictObject({
      phase: ServicePhase,
      conditions: z.array(Condition),
      endpoints: z.strictObject({ ready: z.int(), total: z.int() }),
      nodes: NodeProgress,
    }),
  })
  .meta({ id: 'Service' });
export type Service = z.infer<typeof Service>;
