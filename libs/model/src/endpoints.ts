import { addressOrder } from './address.ts';
import { type Labels, matchesLabels } from './labels.ts';
import type { Withdrawal } from './resources/endpoint.ts';
import type { PodPort } from './resources/pod.ts';
import type { Protocol } from './resources/vocabulary.ts';

/** What deriving endpoints needs to know of a service. */
export interface SelectingService {
  readonly selector: Labels | null;
  readonly ports: readonly { readonly name: string | null; readonly protocol: Protocol; readonly targetPort: number | string }[];
  readonly publishNotReadyAddresses: boolean;
}

/** What deriving endpoints needs to know of a pod. */
export interface SelectablePod {
  readonly id: string;
  readonly labels: Labels;
  readonly ip: string;
  readonly ports: readonly PodPort[];
  readonly weight: number;
  readonly ready: boolean;
  /** Its node has given it its address. */
  readonly wired: boolean;
  /** It was deleted and is given time to go. */
  readonly terminating: boolean;
  /** What its node does to it; null: nothing. */
  readonly withdrawn: Withdrawal | null;
}

/** What of an endpoint changes while it stays the same endpoint. */
export interface EndpointState {
  readonly weight: number;
  /** It gets new connections. */
  readonly ready: boolean;
  /** It could: the pod is ready, whether or not it is about to go. */
  readonly serving: boolean;
  /** It is about to go by itself, whatever its node does. */
  readonly terminating: boolean;
  /** Its node is not to be used while there are others; null: it is. */
  readonly withdrawn: Withdrawal | null;
}

/**
 * What nodes do with an endpoint: balance over it, use it when no endpoint is ready, or not know of it. One that is withdrawn is held in reserve like one that is
 * terminating (KEP-1669), so that the last of a service is never taken away because its node fell silent: to send where perhaps nobody is beats to send nowhere.
 */
export function useOf({ ready, serving, terminating, withdrawn }: EndpointState): 'balance' | 'reserve' | 'none' {
  if (ready) return 'balance';
  return serving && (terminating || withdrawn !== null) ? 'reserve' : 'none';
}

/** An endpoint that a service has because of a pod. */
export interface DerivedEndpoint extends EndpointState {
  readonly podId: string;
  readonly portName: string | null;
  readonly ip: string;
  readonly port: number;
}

/** What endpoints of a pod are like. Conditions as in Kubernetes (EndpointSlice): whoever publishes what is not ready does not ask how it is. */
function stateOf({ weight, ready, wired, terminating, withdrawn }: SelectablePod, publishNotReadyAddresses: boolean): EndpointState {
  const usable = publishNotReadyAddresses ? wired : ready && !terminating && withdrawn === null;
  return { weight, ready: usable, serving: ready, terminating, withdrawn };
}

/** The number a target port stands for on a pod; a name is looked up among the pod's ports of the same protocol. Null: the pod has no such port. */
function resolveTargetPort(target: number | string, protocol: Protocol, pod: SelectablePod): number | null {
  if (typeof target === 'number') return target;
  return pod.ports.find((port) => port.name === target && port.protocol === protocol)?.containerPort ?? null;
}

/**
 * The endpoints of a service with a selector: one for each of its ports on each pod that the selector matches.
 * A named target port that a pod does not have gives no endpoint there. Ordered by port name, address, port.
 */
export function deriveEndpoints(service: SelectingService, pods: readonly SelectablePod[]): DerivedEndpoint[] {
  const { selector, publishNotReadyAddresses } = service;
  if (selector === null) return [];
  const matching = pods
    .filter((pod) => matchesLabels(selector, pod.labels))
    .sort((a, b) => (addressOrder(a.ip) < addressOrder(b.ip) ? -1 : 1));
  return service.ports.flatMap((servicePort) =>
    matching.flatMap((pod) => {
      const port = resolveTargetPort(servicePort.targetPort, servicePort.protocol, pod);
      return port === null
        ? []
        : [{ podId: pod.id, portName: servicePort.name, ip: pod.ip, port, ...stateOf(pod, publishNotReadyAddresses) }];
    }),
  );
}
