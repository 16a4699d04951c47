import type { Workload } from '@weft/kernel';
import { type DesiredPod, type Protocol, podNetnsName } from '@weft/model';
import type { Fragment, NodeView } from '../fragment.ts';
import { blockOf } from './blocks.ts';

const portsOf = (pod: DesiredPod, protocol: Protocol) =>
  pod.ports
    .filter((port) => port.protocol === protocol)
    .map(({ containerPort }) => containerPort)
    .sort((a, b) => a - b);

/** The echo servers of pods that ask for one. */
export function workloads({ desired, node }: NodeView): Fragment {
  return {
    workloads: desired.pods
      .filter((pod) => pod.runtime.type === 'echo' && blockOf(node, pod.ip) !== null)
      .map(
        (pod): Workload => ({
          netns: podNetnsName(pod.id),
          kind: 'echo',
          identity: `${pod.namespace}/${pod.name}`,
          tcpPorts: portsOf(pod, 'TCP'),
          udpPorts: portsOf(pod, 'UDP'),
        }),
      ),
  };
}
