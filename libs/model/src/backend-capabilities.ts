import { Scheduler, type ServiceTraffic } from './resources/service-traffic.ts';
import type { Backend } from './resources/vocabulary.ts';

/** Something that a service can ask for and not every backend can do; what is not among these, all of them can. */
export type Capability = `scheduler ${Scheduler}` | 'affinity of a whole service' | 'affinity for less than three minutes';

/** Every capability there is. */
export const CAPABILITIES: readonly Capability[] = [
  ...Scheduler.options.map((scheduler): Capability => `scheduler ${scheduler}`),
  'affinity of a whole service',
  'affinity for less than three minutes',
];

/** What each backend can do. The conformance suite runs every case that needs a capability on exactly the backends that have it. */
export const BACKEND_CAPABILITIES: Readonly<Record<Backend, readonly Capability[]>> = {
  nftables: [
    'scheduler random',
    'scheduler rr',
    'scheduler wrr',
    'scheduler sh',
    'scheduler dh',
    'scheduler mh',
    'affinity of a whole service',
    'affinity for less than three minutes',
  ],
  iptables: ['scheduler random', 'scheduler rr', 'scheduler wrr', 'affinity of a whole service', 'affinity for less than three minutes'],
  ipvs: [
    'scheduler random',
    'scheduler rr',
    'scheduler wrr',
    'scheduler lc',
    'scheduler wlc',
    'scheduler sh',
    'scheduler dh',
    'scheduler sed',
    'scheduler nq',
    'scheduler mh',
  ],
};

/** IPVS remembers a client as long as it remembers the client's connections, up to two minutes after they were closed, and looks once a minute. */
const SHORT_AFFINITY_SECONDS = 180;

/** What a service needs that not every backend can do. */
export function capabilitiesNeeded(traffic: ServiceTraffic): Capability[] {
  const { scheduler, sessionAffinity, sessionAffinityScope, sessionAffinityTimeoutSeconds } = traffic;
  const affinity = {
    'affinity of a whole service': sessionAffinityScope === 'Service',
    'affinity for less than three minutes': sessionAffinityTimeoutSeconds < SHORT_AFFINITY_SECONDS,
  };
  const asked = Object.entries(affinity) as [keyof typeof affinity, boolean][];
  return [
    ...(scheduler === null ? [] : [`scheduler ${scheduler}` as const]),
    ...(sessionAffinity === 'None' ? [] : asked.flatMap(([capability, needed]) => (needed ? [capability] : []))),
  ];
}

/** What of a service a backend cannot do; empty when it can be programmed as it is asked for. */
export function capabilitiesMissing(traffic: ServiceTraffic, backend: Backend): Capability[] {
  return capabilitiesNeeded(traffic).filter((capability) => !BACKEND_CAPABILITIES[backend].includes(capability));
}
