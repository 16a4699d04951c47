import { z } from 'zod';
import { Ipv4, Ipv4Cidr } from '../address.ts';
import { Port } from './vocabulary.ts';

/** How an endpoint is chosen for a new connection, in the words of ipvsadm(8); `random` draws lots. */
export const Scheduler = z.enum(['random', 'rr', 'wrr', 'lc', 'wlc', 'sh', 'dh', 'sed', 'nq', 'mh']).meta({ id: 'Scheduler' });
export type Scheduler = z.infer<typeof Scheduler>;

/** Cluster: endpoints on all nodes. Local: only those on the node that the packet came to. */
export const TrafficPolicy = z.enum(['Cluster', 'Local']).meta({ id: 'TrafficPolicy' });
export type TrafficPolicy = z.infer<typeof TrafficPolicy>;

/** How a service spreads its connections, and by which other addresses than its own it is reached. */
export const ServiceTraffic = z.strictObject({
  externalIPs: z.array(Ipv4).max(16).describe('further addresses it answers at on every node; inside the allowed external ranges'),
  loadBalancerIPs: z
    .array(Ipv4)
    .max(16)
    .describe('type LoadBalancer only: addresses that a load balancer or router in front of the fleet leads to the nodes'),
  loadBalancerSourceRanges: z.array(Ipv4Cidr).max(64).describe('who may use the load balancer addresses; empty: everybody'),
  sessionAffinity: z.enum(['None', 'ClientIP']).describe('ClientIP: a client address stays with its endpoint'),
  sessionAffinityTimeoutSeconds: z.int().min(1).max(86_400).describe('how long after its last new connection a client is remembered'),
  sessionAffinityScope: z.enum(['Port', 'Service']).describe('Service: a client has the same endpoint address behind all ports'),
  internalTrafficPolicy: TrafficPolicy.describe('for traffic to the service address'),
  externalTrafficPolicy: TrafficPolicy.describe(
    'for traffic to node ports, external and load balancer addresses; Local keeps the source address of clients outside',
  ),
  healthCheckNodePort: Port.nullable().describe('where nodes say over HTTP whether they have a ready endpoint of their own'),
  trafficDistribution: z
    .enum(['PreferSameNode', 'PreferSameZone'])
    .nullable()
    .describe('prefer endpoints near the node that the packet came to; all of them when none is near'),
  scheduler: Scheduler.nullable().describe('null: the usual one of the backend'),
});
export type ServiceTraffic = z.infer<typeof ServiceTraffic>;

/** A service that asks for nothing particular. */
export const PLAIN_TRAFFIC: ServiceTraffic = {
  externalIPs: [],
  loadBalancerIPs: [],
  loadBalancerSourceRanges: [],
  sessionAffinity: 'None',
  sessionAffinityTimeoutSeconds: 10_800,
  sessionAffinityScope: 'Port',
  internalTrafficPolicy: 'Cluster',
  externalTrafficPolicy: 'Cluster',
  healthCheckNodePort: null,
  trafficDistribution: null,
  scheduler: null,
};

/** The part of a service that is its traffic. */
export function trafficOf(service: ServiceTraffic): ServiceTraffic {
  const fields = Object.keys(PLAIN_TRAFFIC) as (keyof ServiceTraffic)[];
  return Object.fromEntries(fields.map((field) => [field, service[field]])) as ServiceTraffic;
}
