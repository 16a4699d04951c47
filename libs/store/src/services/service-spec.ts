import {
  type FieldError,
  hasNodePorts,
  type Labels,
  ProblemError,
  type ServiceSpec,
  type ServiceUpdate,
  serviceFaults,
  trafficOf,
  withoutMeaningless,
} from '@weft/model';
import { mergeFields } from '../commit/merge-fields.ts';
import { mergeLabels } from '../commit/merge-labels.ts';
import { selectorTerms } from '../read/label-terms.ts';
import type { ServicePorts } from './node-ports.ts';
import type { StoredService } from './service-row.ts';

/** Throws ProblemError ValidationFailed when fields of a service do not fit together. */
export function requireSound(spec: ServiceSpec): void {
  const faults: FieldError[] = serviceFaults(spec);
  if (faults[0] !== undefined) throw new ProblemError('ValidationFailed', `${faults[0].pointer}: ${faults[0].message}`, faults);
}

function selectorAfter({ selector }: StoredService, patch: ServiceUpdate['selector']): Labels | null {
  if (patch === undefined) return selector;
  return patch === null ? null : mergeLabels('selector', selector ?? {}, patch);
}

/**
 * What a service is asked to be after a merge patch. Its address stays as long as the type has one; what means nothing any more and is not in the patch
 * goes. Throws ProblemError ValidationFailed.
 */
export function specAfter(before: StoredService, patch: ServiceUpdate): ServiceSpec {
  const { labels: _, selector, ...fields } = patch;
  const type = patch.type ?? before.type;
  const merged = mergeFields<ServiceSpec>(
    {
      ...trafficOf(before),
      type: before.type,
      selector: selectorAfter(before, selector),
      clusterIP: type === 'ExternalName' ? null : before.clusterIP,
      externalName: before.externalName,
      publishNotReadyAddresses: before.publishNotReadyAddresses,
      allocateLoadBalancerNodePorts: before.allocateLoadBalancerNodePorts,
      ports: before.ports.map((port) => (hasNodePorts({ type }) ? port : { ...port, nodePort: null })),
    },
    fields,
  );
  const spec = withoutMeaningless(merged, patch);
  requireSound(spec);
  return spec;
}

/** The columns that a service's spec decides about, with what was allocated for it. */
export function specColumns(spec: ServiceSpec, clusterIp: string | null, { ports, healthCheckNodePort }: ServicePorts) {
  const { type, selector, externalName, publishNotReadyAddresses, allocateLoadBalancerNodePorts } = spec;
  return {
    type,
    selector,
    selectorTerms: selectorTerms(selector),
    clusterIp,
    externalName,
    ports: [...ports],
    traffic: { ...trafficOf(spec), healthCheckNodePort },
    publishNotReadyAddresses,
    allocateLoadBalancerNodePorts,
  };
}
