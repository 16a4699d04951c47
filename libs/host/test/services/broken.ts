import type { NodeConfig } from '@weft/kernel';
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

/** A configuration whose packets out of place nothing stops. */
const letsThrough = (config: NodeConfig): NodeConfig => {
  const bare = <T extends { readonly name: string }>(chain: T): T =>
    chain.name === 'invalid' || chain.name === 'WEFT-INVALID' ? { ...chain, rules: [] } : chain;
  const { nft, iptables } = config;
  return {
    ...config,
    nft: nft && { ...nft, chains: nft.chains.map(bare) },
    iptables: iptables && { tables: iptables.tables.map((table) => ({ ...table, chains: table.chains.map(bare) })) },
  };
};

/** How a backend would see a state that knew nothing of a feature, or forgot part of it: the case of that feature must then fail. */
export const BREAKS: Readonly<Record<string, Break>> = {
  UDP: ports((port) => ({ ...port, protocol: 'TCP' })),
  'Several ports': ports((port) => ({ ...port, endpoints: port.endpoints.slice(0, port.port === 81 ? 0 : 1) })),
  'Packets out of place': ({ fleet }) => ({ ...fleet, spoil: letsThrough }),
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
  // Without its scope alone one time in 81 all clients would find the same endpoint behind both ports by chance.
  'Affinity of a whole service': without('sessionAffinity', 'sessionAffinityScope'),
  'Scheduler rr': scheduler,
  'Scheduler wrr': scheduler,
  'Scheduler sh': scheduler,
  'Scheduler mh': scheduler,
};

/** Features that are broken in a node's rules, not in the state that these are compiled from. */
export const SPOILT: readonly string[] = ['Packets out of place'];

/** The phases of a case as a backend without its feature would see them. */
export function broken(feature: string, phases: readonly Phase[]): Phase[] {
  const change = BREAKS[feature];
  const [first] = phases;
  if (change === undefined || first === undefined) throw new Error(`nothing breaks ${feature}`);
  return phases.map((phase) => ({ ...phase, fleet: change(phase, first) }));
}
