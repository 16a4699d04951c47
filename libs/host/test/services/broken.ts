import type { NftRule } from '@weft/kernel';
import { type DesiredService, type DesiredServicePort, PLAIN_TRAFFIC } from '@weft/model';
import type { Phase } from './case.ts';
import { MARK } from './probes.ts';

type Break = (phase: Phase, first: Phase) => Phase['fleet'];

type Spoil = NonNullable<Phase['fleet']['spoil']>;

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

/** A configuration without the rules that a test picks: of nftables, or of iptables, by the names of their chains. */
const rulesLacking =
  (nftLacks: (rule: NftRule, chain: string) => boolean, iptablesLack: (rule: string, chain: string) => boolean): Spoil =>
  ({ nft, iptables, ...rest }) => ({
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

const FIRST_NODE_PORT = 30_000;

const called = (comment: string) => (rule: NftRule | string) =>
  typeof rule === 'string' ? rule.includes(`"${comment}"`) : rule.comment === comment;

/** What a node sends to services keeps the address that it is sent by. */
const keepsOwnAddresses = rulesLacking(
  (rule) => called('masquerade: from this node')(rule) || rule.text === 'fib saddr type local jump mark-for-masquerade',
  (rule) => /--src-type LOCAL .*-j WEFT-(MARK-MASQ|MASQUERADE)$/.test(rule),
);

/** What is forgotten of a node's compiled configuration, on every backend, where a feature shows there. */
export const SPOILS: Readonly<Record<string, Spoil>> = {
  'Service address': rulesLacking(called('masquerade: not from a pod'), called('from outside')),
  'Packets of a node': keepsOwnAddresses,
  'Packets of a node by external ways': keepsOwnAddresses,
  'Source ports': rulesLacking(
    ({ text }) => text.includes(' to :'),
    (rule) => rule.includes('--to-ports'),
  ),
  'Node port': (config) =>
    rulesLacking(
      ({ text }) => /vmap @\S*node-ports/.test(text),
      called('at an address of this node'),
    )({
      ...config,
      ipvs: config.ipvs.filter(({ frontend }) => !('port' in frontend) || frontend.port < FIRST_NODE_PORT),
    }),
  'Source ranges': rulesLacking(called('not from there'), (rule) => / allowed"|"not for everybody"/.test(rule)),
  'Session affinity': (config) =>
    rulesLacking(
      ({ text }) => text.startsWith('update @client-endpoints'),
      (rule) => rule.includes('-m recent'),
    )({ ...config, ipvs: config.ipvs.map((virtual) => ({ ...virtual, persistence: null })) }),
  Hairpin: rulesLacking(called('a pod that reaches itself through its service'), called('a pod that reaches itself through a service')),
  'Packets out of place': rulesLacking(
    (_, chain) => chain === 'invalid',
    (_, chain) => chain === 'WEFT-INVALID',
  ),
  Mark: rulesLacking(
    ({ text }) => text.includes(`0x${MARK.toString(16).padStart(8, '0')}`),
    (rule) => rule.includes(`0x${MARK.toString(16)}`),
  ),
  Refusal: rulesLacking(
    (_, chain) => chain === 'refuse',
    (_, chain) => chain === 'WEFT-REJECT',
  ),
};

/** What a state would be that knew nothing of a feature, or forgot part of it. */
const BREAKS: Readonly<Record<string, Break>> = {
  UDP: ports((port) => ({ ...port, protocol: 'TCP' })),
  'Several ports': ports((port) => ({ ...port, endpoints: port.endpoints.slice(0, port.port === 81 ? 0 : 1) })),
  'Node port addresses': ({ fleet }) => ({ ...fleet, nodes: {} }),
  'External and load balancer addresses': without('externalIPs', 'loadBalancerIPs'),
  SCTP: ports((port) => ({ ...port, protocol: 'TCP' })),
  'SCTP beside TCP and UDP': ports((port) => ({ ...port, endpoints: port.protocol === 'SCTP' ? [] : port.endpoints })),
  'SCTP under external traffic policy Local': without('externalTrafficPolicy'),
  'Session affinity of SCTP': without('sessionAffinity'),
  'Internal traffic policy Local': without('internalTrafficPolicy'),
  'External traffic policy Local': without('externalTrafficPolicy'),
  'External traffic policy Local: short cut': without('externalTrafficPolicy'),
  'Terminating endpoints': endpoints({ terminating: false }),
  'Traffic distribution': without('trafficDistribution'),
  Weights: endpoints({ weight: 1 }),
  'Live change of endpoints': (_, first) => first.fleet,
  'Type transitions': (_, first) => first.fleet,
  'Session affinity of node ports': without('sessionAffinity'),
  'Affinity timeout': without('sessionAffinityTimeoutSeconds'),
  // Without its scope alone one time in 81 all clients would find the same endpoint behind both ports by chance.
  'Affinity of a whole service': without('sessionAffinity', 'sessionAffinityScope'),
  // It is what a service has that names none: broken is who draws once for each client.
  'Scheduler random': services((service) => ({ ...service, sessionAffinity: 'ClientIP' })),
  'Scheduler rr': scheduler,
  'Scheduler wrr': scheduler,
  'Scheduler lc': scheduler,
  'Scheduler wlc': scheduler,
  'Scheduler sed': scheduler,
  'Scheduler nq': scheduler,
  'Scheduler sh': scheduler,
  'Scheduler dh': scheduler,
  'Scheduler mh': scheduler,
};

/** The phases of a case as a backend without its feature would see them: the case must then fail. Throws where nothing breaks it. */
export function broken(feature: string, phases: readonly Phase[]): Phase[] {
  const spoil = SPOILS[feature];
  const change: Break | undefined = spoil === undefined ? BREAKS[feature] : ({ fleet }) => ({ ...fleet, spoil });
  const [first] = phases;
  if (change === undefined || first === undefined) throw new Error(`nothing breaks ${feature}`);
  return phases.map((phase) => ({ ...phase, fleet: change(phase, first) }));
}
