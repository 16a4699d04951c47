import type { ReachabilityQuestion } from '@weft/model';
import type { Lab } from '@weft/testing';
import type { Pod, Service } from '../../src/api/fleet-api.ts';
import type { LocalFleet } from '../fleet/local-fleet.ts';

/** A connection, as it is asked about and as it is made. */
export interface Connection {
  readonly question: Omit<ReachabilityQuestion, 'against' | 'protocol'>;
  readonly from: { readonly host: string; readonly netns?: string };
  readonly url: string;
}

const LOAD_BALANCER = '203.0.113.10';
const NODE_PORTS = [30092, 30093] as const;
/** Nobody has these: an address of the services' range, and one of node-1's pods. */
const NOBODY = ['198.19.255.250', '100.64.0.250'] as const;

/** Pods on three nodes, and services of every kind before them; one pod is never ready. */
export async function populate(fleet: LocalFleet): Promise<{ readonly pods: readonly Pod[]; readonly services: readonly Service[] }> {
  const pod = (name: string, node: string, app: string, more: object = {}) =>
    fleet.call<Pod>('POST', '/pods', { name, node, labels: { app }, ports: [{ containerPort: 8080 }], runtime: { type: 'echo' }, ...more });
  const service = (name: string, app: string, more: object) =>
    fleet.call<Service>('POST', '/services', { name, selector: { app }, ...more });
  await fleet.call('PATCH', '/cluster', { externalCidrs: ['203.0.113.0/24'] });
  const readinessProbe = { type: 'tcp', port: 9 };
  const port = { port: 80, targetPort: 8080 };
  const pods = [
    await pod('pod-1', 'node-1', 'web'),
    await pod('pod-2', 'node-2', 'web'),
    await pod('pod-3', 'node-3', 'web'),
    await pod('pod-4', 'node-3', 'lone'),
    await pod('pod-5', 'node-1', 'other'),
    await pod('unready', 'node-2', 'web', { readinessProbe }),
  ];
  const local = { externalTrafficPolicy: 'Local' };
  const guarded = { loadBalancerIPs: [LOAD_BALANCER], loadBalancerSourceRanges: ['100.64.0.0/24'] };
  const services = [
    await service('web', 'web', { type: 'NodePort', ports: [{ ...port, nodePort: NODE_PORTS[0] }] }),
    await service('lone', 'lone', { type: 'NodePort', ports: [{ ...port, nodePort: NODE_PORTS[1] }], ...local }),
    await service('nobody', 'nobody', { ports: [port] }),
    await service('guarded', 'web', { type: 'LoadBalancer', ports: [port], ...guarded }),
  ];
  return { pods, services };
}

/** Every connection that can be made in that fleet. */
export function connections(lab: Lab, pods: readonly Pod[], services: readonly Service[]): Connection[] {
  const nodes = lab.hosts.filter(({ role }) => role === 'node');
  const client = lab.hosts.find(({ role }) => role === 'client');
  const inside = [
    ...pods.map(({ name, node, status }) => ({ as: { pod: `default/${name}` }, from: { host: node, netns: status.netns } })),
    ...nodes.map(({ name }) => ({ as: { node: name }, from: { host: name } })),
  ];
  const targets = [
    ...pods.flatMap(({ name, ip }) => [8080, 81].map((port) => ({ to: { pod: `default/${name}` }, ip, port }))),
    ...services.flatMap(({ name, clusterIP }) =>
      [80, 81].map((port) => ({ to: { service: `default/${name}` }, ip: `${clusterIP}`, port })),
    ),
    ...nodes.flatMap(({ name, address }) => NODE_PORTS.map((port) => ({ to: { node: name }, ip: address, port }))),
    ...[LOAD_BALANCER, ...NOBODY].map((address) => ({ to: { address }, ip: address, port: 80 })),
  ];
  const within = inside.flatMap(({ as, from }) =>
    targets.map(({ to, ip, port }) => ({ question: { from: as, to, port }, from, url: `http://${ip}:${port}/` })),
  );
  if (client === undefined) throw new Error('the lab has no client');
  const outside = nodes.flatMap(({ name, address }) =>
    NODE_PORTS.map((port) => ({
      question: { from: { outside: { address: client.address, via: name } }, to: { node: name }, port },
      from: { host: client.name },
      url: `http://${address}:${port}/`,
    })),
  );
  return [...within, ...outside];
}
