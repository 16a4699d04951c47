import { type DesiredService, type DesiredServicePort, PLAIN_TRAFFIC } from '@weft/model';
import type { Phase } from './case.ts';

type Break = (phase: Phase, first: Phase) => Phase['fleet'];

const services =
  (change: (service: DesiredService) => DesiredService): Break =>
  ({ fleet }) => ({ ...fleet, services: (fleet.services ?? []).map(change) });

const without = (...fields: readonly (keyof typeof PLAIN_TRAFFIC)[]): Break =>
  services((service) => ({ ...service, ...Object.fromEntries(fields.map((field) => [field, PLAIN_TRAFFIC[field]])) }));

const ports = (change: (port: DesiredServicePort) => DesiredServicePort): Break =>
  services((service) => ({ ...service, ports: service.ports.map(change) }));

const endpoints = (change: Partial<DesiredServicePort['endpoints'][number]>): Break =>
  ports((port) => ({ ...port, endpoints: port.endpoints.map((endpoint) => ({ ...endpoint, ...change })) }));

const scheduler = without('scheduler');

/** How a backend would see a state that knew nothing of a feature, or forgot part of it: the case of that feature must then fail. */
export const BREAKS: Readonly<Record<string, Break>> = {
  UDP: ports((port) => ({ ...port, protocol: 'TCP' })),
  'Several ports': ports((port) => ({ ...port, endpoints: port.endpoints.slice(0, port.port === 81 ? 0 : 1) })),
  'Node port': ports((port) => ({ ...port, nodePort: null })),
  'Node port addresses': ({ fleet }) => ({ ...fleet, nodes: {} }),
  'External and load balancer addresses': without('externalIPs', 'loadBalancerIPs'),
  'Source ranges': without('loadBalancerSourceRanges'),
  'Internal traffic policy Local': without('internalTrafficPolicy'),
  'External traffic policy Local': without('externalTrafficPolicy'),
  'Terminating endpoints': endpoints({ terminating: false }),
  'Traffic distribution': without('trafficDistribution'),
  Weights: endpoints({ weight: 1 }),
  'Live change of endpoints': (_, first) => first.fleet,
  'Type transitions': (_, first) => first.fleet,
  'Session affinity': without('sessionAffinity'),
  'Session affinity of node ports': without('sessionAffinity'),
  'Affinity timeout': without('sessionAffinityTimeoutSeconds'),
  // Without its scope alone one client in three would find the same endpoint behind both ports by chance.
  'Affinity of a whole service': without('sessionAffinity', 'sessionAffinityScope'),
  'Scheduler sh': scheduler,
  'Scheduler mh': scheduler,
};

/** The phases of a case as a backend without its feature would see them. */
export function broken(feature: string, phases: readonly Phase[]): Phase[] {
  const change = BREAKS[feature];
  const [first] = phases;
  if (change === undefined || first === undefined) throw new Error(`nothing breaks ${feature}`);
  return phases.map((phase) => ({ ...phase, fleet: change(phase, first) }));
}
