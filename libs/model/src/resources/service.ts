import { z } from 'zod';
import { Ipv4, isAddress } from '../address.ts';
import { Labels, LabelsPatch } from '../labels.ts';
import { DnsLabel, PortName } from '../names.ts';
import { systemFields } from './meta.ts';
import { DEFAULT_NAMESPACE } from './namespace.ts';
import { PLAIN_TRAFFIC, ServiceTraffic } from './service-traffic.ts';
import { Condition, NodeProgress, Port, Protocol } from './vocabulary.ts';

/**
 * ClusterIP: reachable in the fleet. NodePort: also at every node's addresses. LoadBalancer: also at addresses that something in front of the fleet
 * leads to the nodes. ExternalName: another name for something elsewhere, without an address and without a dataplane.
 */
export const ServiceType = z.enum(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']).meta({ id: 'ServiceType' });
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
    nodePort: Port.nullable().default(null).describe('types NodePort and LoadBalancer; omitted: a free one from the range'),
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
  .max(64)
  .refine((all) => new Set(all.map((p) => `${p.protocol}/${p.port}`)).size === all.length, 'must not repeat a protocol and port')
  .refine((all) => new Set(all.map((p) => p.name)).size === all.length, 'must have a different name for each port when there are several');

/** The name of a host elsewhere: labels of letters, digits and inner hyphens (RFC 1123), 253 characters at most. */
const ExternalName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, 'must be a DNS name such as db.example.com')
  .refine((name) => name.split('.').every((label) => label.length <= 63), 'must have labels of at most 63 characters')
  .refine((name) => !isAddress(name), 'must be a DNS name, not an address');

const traffic = ServiceTraffic.shape;

/** The fields that only some services can use; serviceFaults says which. */
const options = {
  externalName: ExternalName.nullable().describe('type ExternalName only: the DNS name it stands for'),
  publishNotReadyAddresses: z.boolean().describe('true: traffic goes to pods that are wired whether or not they are ready'),
  allocateLoadBalancerNodePorts: z
    .boolean()
    .describe('type LoadBalancer only; false: ports have the node ports that they are given and no others'),
};

/** What a user sends to create a service. Which fields fit together is for serviceFaults to say. */
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
    externalName: options.externalName.default(null),
    ports: ports.default([]).describe('may be empty only when the service is headless or of type ExternalName'),
    externalIPs: traffic.externalIPs.default([]),
    loadBalancerIPs: traffic.loadBalancerIPs.default([]),
    loadBalancerSourceRanges: traffic.loadBalancerSourceRanges.default([]),
    sessionAffinity: traffic.sessionAffinity.default(PLAIN_TRAFFIC.sessionAffinity),
    sessionAffinityTimeoutSeconds: traffic.sessionAffinityTimeoutSeconds.default(PLAIN_TRAFFIC.sessionAffinityTimeoutSeconds),
    sessionAffinityScope: traffic.sessionAffinityScope.default(PLAIN_TRAFFIC.sessionAffinityScope),
    internalTrafficPolicy: traffic.internalTrafficPolicy.default(PLAIN_TRAFFIC.internalTrafficPolicy),
    externalTrafficPolicy: traffic.externalTrafficPolicy.default(PLAIN_TRAFFIC.externalTrafficPolicy),
    healthCheckNodePort: traffic.healthCheckNodePort
      .default(null)
      .describe(
        'type LoadBalancer with externalTrafficPolicy Local: where nodes say over HTTP whether they have a ready endpoint; omitted: a free one',
      ),
    trafficDistribution: traffic.trafficDistribution.default(PLAIN_TRAFFIC.trafficDistribution),
    scheduler: traffic.scheduler.default(PLAIN_TRAFFIC.scheduler),
    publishNotReadyAddresses: options.publishNotReadyAddresses.default(false),
    allocateLoadBalancerNodePorts: options.allocateLoadBalancerNodePorts.default(true),
  })
  .meta({ id: 'ServiceCreate' });
export type ServiceCreate = z.infer<typeof ServiceCreate>;

/**
 * A merge patch (RFC 7396) of a service; arrays are replaced whole. The address stays as long as the type has one. Fields that mean nothing any more
 * after the change and are not in the patch go back to their defaults.
 */
export const ServiceUpdate = z
  .strictObject({
    labels: LabelsPatch,
    type: ServiceType,
    selector: LabelsPatch,
    ports,
    ...traffic,
    ...options,
  })
  .partial()
  .meta({ id: 'ServiceUpdate' });
export type ServiceUpdate = z.infer<typeof ServiceUpdate>;

/** Pending: some node has not applied it. Frozen: those that have not are frozen. Programmed: every node it concerns has. Failed: some node could not. */
export const ServicePhase = z.enum(['Pending', 'Frozen', 'Programmed', 'Failed']).meta({ id: 'ServicePhase' });
export type ServicePhase = z.infer<typeof ServicePhase>;

/** A stable, load-balanced address in front of endpoints. */
export const Service = z
  .strictObject({
    name: DnsLabel,
    namespace: DnsLabel,
    labels: Labels,
    type: ServiceType,
    selector: Labels.nullable(),
    clusterIP: z
      .union([Ipv4, z.literal('None')])
      .nullable()
      .describe('None: headless; null: type ExternalName, which has no address'),
    ports: z.array(ServicePort),
    ...traffic,
    ...options,
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
