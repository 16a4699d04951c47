import type { NftRule, NodeConfig } from '@weft/kernel';
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

const spoilt =
  (spoil: NonNullable<Phase['fleet']['spoil']>): Break =>
  ({ fleet }) => ({ ...fleet, spoil });

/** A configuration without the rules that a test picks: of nftables, or of iptables, by the names of their chains. */
const rulesLacking =
  (nftLacks: (rule: NftRule, chain: string) => boolean, iptablesLack: (rule: string, chain: string) => boolean) =>
  ({ nft, iptables, ...rest }: NodeConfig): NodeConfig => ({
    ...rest,
    nft: nft && {
      ...nft,
      chains: nft.chains.map((chain) => ({ ...chain, rules: chain.rules.filter((rule) => !nftLacks(rule, chain.name)) })),
    },
    iptables: iptables && {
      tables: iptables.tables.map((table) => ({
        ...table,
        chains: table.chains.map((chain) => ({ ...chain, rules: chain.rules.filter((rule) => !iptablesLack(rule, chain.name)) })),
      })),
    },
  });

/** Nothing stops packets out of place. */
const letsThrough = rulesLacking(
  (_, chain) => chain === 'invalid',
  (_, chain) => chain === 'WEFT-INVALID',
);

/** What a node sends to services keeps the address that it is sent by. */
const keepsOwnAddresses = rulesLacking(
  ({ text, comment }) => comment === 'masquerade: from this node' || text === 'fib saddr type local jump mark-for-masquerade',
  (rule) => /--src-type LOCAL .*-j WEFT-(MARK-MASQ|MASQUERADE)$/.test(rule),
);

/** How a backend would see a state that knew nothing of a feature, or forgot part of it: the case of that feature must then fail. */
export const BREAKS: Readonly<Record<string, Break>> = {
  UDP: ports((port) => ({ ...port, protocol: 'TCP' })),
  'Several ports': ports((port) => ({ ...port, endpoints: port.endpoints.slice(0, port.port === 81 ? 0 : 1) })),
  'Packets of a node': spoilt(keepsOwnAddresses),
  'Packets of a node by external ways': spoilt(keepsOwnAddresses),
  'Packets out of place': spoilt(letsThrough),
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
export const SPOILT: readonly string[] = ['Packets of a node', 'Packets of a node by external ways', 'Packets out of place'];

/** The phases of a case as a backend without its feature would see them. */
export function broken(feature: string, phases: readonly Phase[]): Phase[] {
  const change = BREAKS[feature];
  const [first] = phases;
  if (change === undefined || first === undefined) throw new Error(`nothing breaks ${feature}`);
  return phases.map((phase) => ({ ...phase, fleet: change(phase, first) }));
}
