import type { Node, Pod, Service } from '../api.ts';
import { fullName } from '../show/object-link.tsx';

/** What is there to be chosen from. */
export interface Fleet {
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
}

/** Who can send, as people write it. Addresses outside are written by hand. */
export const senders = ({ nodes, pods }: Fleet): string[] => [
  ...pods.map((pod) => `pod/${fullName(pod)}`),
  ...nodes.map(({ name }) => `node/${name}`),
];

/** Whom a packet can be for, with each of their ports. */
export const receivers = ({ pods, services }: Fleet): string[] => [
  ...new Set([
    ...services.flatMap((service) => service.ports.map(({ port }) => `service/${fullName(service)}:${port}`)),
    ...pods.flatMap((pod) => pod.ports.map(({ containerPort }) => `pod/${fullName(pod)}:${containerPort}`)),
  ]),
];

/** What packets can be captured of. */
export const capturable = ({ nodes, pods, services }: Fleet): string[] => [
  ...services.map((service) => `service/${fullName(service)}`),
  ...pods.map((pod) => `pod/${fullName(pod)}`),
  ...nodes.map(({ name }) => `node/${name}`),
];
