import { canonicalJson } from '../fingerprint.ts';
import type { FieldError } from '../problem.ts';
import type { ServiceCreate, ServiceType } from './service.ts';
import { PLAIN_TRAFFIC, type ServiceTraffic } from './service-traffic.ts';
import { isSpecial, ONE_HOST } from './special-addresses.ts';

/** What is asked for of a service, every default filled in; `clusterIP` null: one is to be chosen where the type has one. */
export type ServiceSpec = Omit<ServiceCreate, 'name' | 'namespace' | 'labels'>;

/** The fields that mean something only together with others, at the value that asks for nothing. */
const PLAIN_OPTIONS = {
  externalName: null,
  publishNotReadyAddresses: false,
  allocateLoadBalancerNodePorts: true,
  ...PLAIN_TRAFFIC,
} as const satisfies ServiceTraffic & Partial<ServiceSpec>;

type Option = keyof typeof PLAIN_OPTIONS;

/** For whom a field is, in words and as a question. */
interface Audience {
  readonly is: string;
  readonly has: (spec: ServiceSpec) => boolean;
}

const ofType = (...types: readonly ServiceType[]): Audience => ({
  is: `services of type ${types.join(' and ')}`,
  has: ({ type }) => types.includes(type),
});

const EXTERNAL_NAME = ofType('ExternalName');
const LOAD_BALANCER = ofType('LoadBalancer');
const WITH_NODE_PORTS = ofType('NodePort', 'LoadBalancer');
const WITH_ENDPOINTS = ofType('ClusterIP', 'NodePort', 'LoadBalancer');
const HEADLESS: Audience = { is: 'headless services', has: ({ type, clusterIP }) => type !== 'ExternalName' && clusterIP === 'None' };
const WITH_ADDRESS: Audience = {
  is: 'services that have an address, which headless ones and those of type ExternalName have not',
  has: (spec) => WITH_ENDPOINTS.has(spec) && !HEADLESS.has(spec),
};
const STICKY: Audience = { is: 'services with sessionAffinity ClientIP', has: ({ sessionAffinity }) => sessionAffinity === 'ClientIP' };
const EXPOSED: Audience = {
  is: 'services that are reached from outside: of type NodePort or LoadBalancer, or with externalIPs',
  has: (spec) => WITH_NODE_PORTS.has(spec) || spec.externalIPs.length > 0,
};
const HEALTH_CHECKED: Audience = {
  is: 'services of type LoadBalancer with externalTrafficPolicy Local',
  has: (spec) => LOAD_BALANCER.has(spec) && spec.externalTrafficPolicy === 'Local',
};

/** Who may use each field. A field stands below those that decide about it. */
const AUDIENCES: Readonly<Record<Option, Audience>> = {
  externalName: EXTERNAL_NAME,
  publishNotReadyAddresses: WITH_ENDPOINTS,
  allocateLoadBalancerNodePorts: LOAD_BALANCER,
  externalIPs: WITH_ADDRESS,
  loadBalancerIPs: LOAD_BALANCER,
  loadBalancerSourceRanges: LOAD_BALANCER,
  sessionAffinity: WITH_ADDRESS,
  sessionAffinityTimeoutSeconds: STICKY,
  sessionAffinityScope: STICKY,
  internalTrafficPolicy: WITH_ADDRESS,
  externalTrafficPolicy: EXPOSED,
  healthCheckNodePort: HEALTH_CHECKED,
  trafficDistribution: WITH_ADDRESS,
  scheduler: WITH_ADDRESS,
};

const OPTIONS = Object.entries(AUDIENCES) as [Option, Audience][];

/** True for a service whose ports are open on every node as well. */
export const hasNodePorts = ({ type }: Pick<ServiceSpec, 'type'>): boolean => type === 'NodePort' || type === 'LoadBalancer';

/** True for a service whose nodes tell a load balancer about themselves. */
export const hasHealthCheck = HEALTH_CHECKED.has;

/** A service without what means nothing to it any more, except for what was asked for just now: that is for serviceFaults to refuse. */
export function withoutMeaningless(spec: ServiceSpec, asked: object): ServiceSpec {
  let now = spec;
  for (const [option, audience] of OPTIONS) if (!(option in asked) && !audience.has(now)) now = { ...now, [option]: PLAIN_OPTIONS[option] };
  return now;
}

const fault = (pointer: string, code: string, message: string): FieldError => ({ pointer, code, message });

function misplacedOptions(spec: ServiceSpec): FieldError[] {
  return OPTIONS.flatMap(([option, { is, has }]) =>
    has(spec) || canonicalJson(spec[option]) === canonicalJson(PLAIN_OPTIONS[option])
      ? []
      : [fault(`/${option}`, 'NotAllowed', `${option} is for ${is}`)],
  );
}

function misplacedNodePorts(spec: ServiceSpec): FieldError[] {
  if (hasNodePorts(spec)) return [];
  return spec.ports.flatMap(({ nodePort }, at) =>
    nodePort === null ? [] : [fault(`/ports/${at}/nodePort`, 'NotAllowed', `nodePort is for ${WITH_NODE_PORTS.is}`)],
  );
}

function unusableAddresses({ externalIPs, loadBalancerIPs }: ServiceSpec): FieldError[] {
  const addresses = [
    ...externalIPs.map((ip, at) => ({ ip, pointer: `/externalIPs/${at}` })),
    ...loadBalancerIPs.map((ip, at) => ({ ip, pointer: `/loadBalancerIPs/${at}` })),
  ];
  return addresses.flatMap(({ ip, pointer }, at) => {
    if (isSpecial(ip)) return [fault(pointer, 'NotAllowed', ONE_HOST)];
    const repeated = addresses.slice(0, at).some((other) => other.ip === ip);
    return repeated ? [fault(pointer, 'Repeated', 'must not repeat an address')] : [];
  });
}

/** What has to hold beside the fields' own audiences. */
const RULES: readonly { readonly broken: (spec: ServiceSpec) => boolean; readonly fault: FieldError }[] = [
  {
    broken: (spec) => EXTERNAL_NAME.has(spec) && spec.externalName === null,
    fault: fault('/externalName', 'Required', 'a service of type ExternalName needs one'),
  },
  {
    broken: (spec) => EXTERNAL_NAME.has(spec) && spec.clusterIP !== null,
    fault: fault('/clusterIP', 'NotAllowed', 'a service of type ExternalName has no address'),
  },
  {
    broken: (spec) => HEADLESS.has(spec) && spec.type !== 'ClusterIP',
    fault: fault('/type', 'NotAllowed', 'a headless service is of type ClusterIP'),
  },
  {
    broken: (spec) => WITH_ADDRESS.has(spec) && spec.ports.length === 0,
    fault: fault('/ports', 'Required', 'a service that has an address needs at least one port'),
  },
];

/**
 * What is wrong with a service in itself, whatever else exists: fields that do not fit together. The rules are those of Kubernetes (ValidateService in
 * pkg/apis/core/validation), and stricter where it takes a field that then does nothing.
 */
export function serviceFaults(spec: ServiceSpec): FieldError[] {
  return [
    ...RULES.filter(({ broken }) => broken(spec)).map((rule) => rule.fault),
    ...misplacedOptions(spec),
    ...misplacedNodePorts(spec),
    ...unusableAddresses(spec),
  ];
}
