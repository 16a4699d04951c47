import type { Fields } from './kubernetes-fields.ts';

/** Fields of a Service that say the same to both. */
const AS_THEY_ARE = [
  'type',
  'selector',
  'clusterIP',
  'externalIPs',
  'loadBalancerSourceRanges',
  'sessionAffinity',
  'internalTrafficPolicy',
  'externalTrafficPolicy',
  'publishNotReadyAddresses',
  'allocateLoadBalancerNodePorts',
] as const;

/** Words of Kubernetes for what is preferred, and ours; PreferClose is the older name of PreferSameZone (KEP-3015). */
const DISTRIBUTIONS: Readonly<Record<string, string>> = { PreferClose: 'PreferSameZone' };

/** Fields with values; what says nothing is left out, so that it has its default. */
export const said = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));

function portOf(port: Fields): Record<string, unknown> {
  return said({
    name: port.take('name'),
    protocol: port.take('protocol'),
    port: port.take('port'),
    targetPort: port.take('targetPort'),
    nodePort: port.take('nodePort') || undefined,
  });
}

/** What the `spec` of a core/v1 Service is as fields of ours. What it does not take stays behind in `spec`. */
export function serviceFields(spec: Fields): Record<string, unknown> {
  const clusterIP = spec.take('clusterIP');
  // What a server of Kubernetes adds by itself, and what is so here in any case.
  spec.takeWhen('clusterIPs', JSON.stringify([clusterIP]));
  spec.takeWhen('ipFamilies', '["IPv4"]');
  spec.takeWhen('ipFamilyPolicy', '"SingleStack"', '"PreferDualStack"');
  const type = spec.take('type');
  const loadBalancerIP = spec.take('loadBalancerIP');
  const distribution = spec.take('trafficDistribution');
  return said({
    ...Object.fromEntries(AS_THEY_ARE.map((name) => [name, spec.take(name)])),
    type,
    ports: spec.parts('ports').map(portOf),
    externalName: type === 'ExternalName' ? spec.take('externalName') : undefined,
    loadBalancerIPs: loadBalancerIP === undefined || loadBalancerIP === '' ? undefined : [loadBalancerIP],
    sessionAffinityTimeoutSeconds: spec.part('sessionAffinityConfig').part('clientIP').take('timeoutSeconds'),
    healthCheckNodePort: spec.take('healthCheckNodePort') || undefined,
    trafficDistribution: DISTRIBUTIONS[`${distribution}`] ?? distribution,
  });
}
