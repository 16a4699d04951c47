import { z } from 'zod';
import { Ipv4, Ipv4Cidr, Ipv4Interface } from './address.ts';
import { idSchema } from './ids.ts';
import { DnsLabel, PortName } from './names.ts';
import { ClusterNetwork } from './resources/cluster.ts';
import { DEFAULT_CONTROL, NodeControl } from './resources/drift.ts';
import { PodPort, PodRuntime, ReadinessProbe } from './resources/pod.ts';
import { ServiceTraffic } from './resources/service-traffic.ts';
import { Backend, EndpointWeight, NodePortAddress, Overlay, PodLink, Port, Protocol } from './resources/vocabulary.ts';

const revision = z.int().describe('revision at which the dataplane last had to know something new about this object');

/** A node as every node needs to know it. */
export const DesiredNode = z
  .strictObject({
    id: idSchema('node'),
    revision,
    name: DnsLabel,
    zone: DnsLabel.nullable(),
    backend: Backend,
    podLink: PodLink,
    overlay: Overlay.nullable().describe('how it sends to other nodes; null: as the cluster says'),
    address: Ipv4Interface.nullable().describe('null until its executor has reported it; nothing is routed to it before'),
    mtu: z.int().nullable(),
    podBlocks: z.array(Ipv4Cidr),
    nodePortAddresses: z.array(NodePortAddress),
    strictArp: z.boolean(),
  })
  .meta({ id: 'DesiredNode' });
export type DesiredNode = z.infer<typeof DesiredNode>;

/** A pod as its own node needs to know it. */
export const DesiredPod = z
  .strictObject({
    id: idSchema('pod'),
    revision,
    name: DnsLabel,
    namespace: DnsLabel,
    ip: Ipv4,
    ports: z.array(PodPort),
    readinessProbe: ReadinessProbe.nullable(),
    runtime: PodRuntime,
  })
  .meta({ id: 'DesiredPod' });
export type DesiredPod = z.infer<typeof DesiredPod>;

/** A backend behind one service port. Listed are those that are ready, and those that are terminating and still serve. */
export const DesiredEndpoint = z
  .strictObject({
    ip: Ipv4,
    port: Port,
    node: idSchema('node').nullable().describe('the node it runs on, where it runs on one'),
    weight: EndpointWeight,
    terminating: z.boolean(),
  })
  .meta({ id: 'DesiredEndpoint' });
export type DesiredEndpoint = z.infer<typeof DesiredEndpoint>;

/** One port of a service with the endpoints it is balanced over, ordered by address, then port. */
export const DesiredServicePort = z
  .strictObject({
    name: PortName.nullable(),
    protocol: Protocol,
    port: Port,
    nodePort: Port.nullable(),
    endpoints: z.array(DesiredEndpoint),
  })
  .meta({ id: 'DesiredServicePort' });
export type DesiredServicePort = z.infer<typeof DesiredServicePort>;

/** A service as every node needs to know it. Headless services are not sent: they have no dataplane. */
export const DesiredService = z
  .strictObject({
    id: idSchema('service'),
    revision,
    name: DnsLabel,
    namespace: DnsLabel,
    clusterIP: Ipv4,
    ...ServiceTraffic.shape,
    ports: z.array(DesiredServicePort),
  })
  .meta({ id: 'DesiredService' });
export type DesiredService = z.infer<typeof DesiredService>;

/** Everything one node has to make true, as of a revision: the compiler's whole input. */
export interface DesiredState {
  readonly epoch: string;
  readonly revision: number;
  readonly cluster: ClusterNetwork;
  readonly nodes: readonly DesiredNode[];
  /** Pods of the node this state was made for. */
  readonly pods: readonly DesiredPod[];
  readonly services: readonly DesiredService[];
}

/**
 * What a node gets when it pulls. `snapshot`: the lists are everything. `delta`: they hold what changed after the revision
 * the node asked from, and `removed` the ids of what is gone. `checksum` is over the whole state that results (see stateChecksum), so a node never
 * applies an incomplete one.
 */
export const DesiredPull = z
  .strictObject({
    kind: z.enum(['snapshot', 'delta']),
    epoch: z.string(),
    revision: z.int(),
    checksum: z.string(),
    control: NodeControl,
    cluster: ClusterNetwork,
    nodes: z.array(DesiredNode),
    pods: z.array(DesiredPod),
    services: z.array(DesiredService),
    removed: z.array(z.string()),
  })
  .meta({ id: 'DesiredPull' });
export type DesiredPull = z.infer<typeof DesiredPull>;

/** A node as one reads it, also of a control plane, or a disk, from before nodes had an overlay of their own. */
export const ReadDesiredNode = DesiredNode.extend({ overlay: DesiredNode.shape.overlay.default(null) });

/** What a node reads when it pulls, also of a control plane, or a disk, from before nodes were told how to be handled. */
export const ReadDesiredPull = DesiredPull.extend({
  control: NodeControl.default(DEFAULT_CONTROL),
  nodes: z.array(ReadDesiredNode),
});
