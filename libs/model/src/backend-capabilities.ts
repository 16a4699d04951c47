import { Scheduler, type ServiceTraffic } from './resources/service-traffic.ts';
import type { Backend } from './resources/vocabulary.ts';

/** Something that a service can ask for and not every backend can do; what is not among these, all of them can. */
export type Capability = `scheduler ${Scheduler}` | 'affinity of a whole service';

/** Every capability there is. */
export const CAPABILITIES: readonly Capability[] = [
  ...Scheduler.options.map((scheduler): Capability => `scheduler ${scheduler}`),
  'affinity of a whole service',
];

/** What each backend can do. The conformance suite runs every case that needs a capability on exactly the backends that have it. */
export const BACKEND_CAPABILITIES: Readonly<Record<Backend, readonly Capability[]>> = {
  nftables: ['scheduler random'],
  iptables: ['scheduler random', 'scheduler rr', 'scheduler wrr', 'affinity of a whole service'],
};

/** What a service needs that not every backend can do. */
export function capabilitiesNeeded(traffic: ServiceTraffic): Capability[] {
  const { scheduler, sessionAffinity, sessionAffinityScope } = traffic;
  return [
    ...(scheduler === null ? [] : [`scheduler ${scheduler}` as const]),
    ...(sessionAffinity === 'ClientIP' && sessionAffinityScope === 'Service' ? (['affinity of a whole service'] as const) : []),
  ];
}

/** What of a service a backend cannot do; empty when it can be programmed as it is asked for. */
export function capabilitiesMissing(traffic: ServiceTraffic, backend: Backend): Capability[] {
  return capabilitiesNeeded(traffic).filter((capability) => !BACKEND_CAPABILITIES[backend].includes(capability));
}
