import { ipvsMarkedPorts, portLabel } from '@weft/compiler';
import type { DesiredState } from '@weft/model';
import type { ServiceCounter } from './service-counter.ts';

/** A service port, as people and the control plane know it. */
export interface CountedPort {
  readonly service: `svc_${string}`;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  readonly namespace: string;
  readonly name: string;
  /** Its name where it has one, else its number. */
  readonly portName: string;
}

/** Finds whose a counter is; undefined: of nothing that is wanted here. */
export type WhoseCounter = (counter: Pick<ServiceCounter, 'of'>) => CountedPort | undefined;

/** Longest comment that nftables keeps. */
const COMMENT_MAX = 127;

const ANYWHERE = '*';

/** The index by which counters of any backend are told apart: by label, by address and port, by number of a node port, by mark. */
export function countedPorts(desired: DesiredState, nodeId: string): WhoseCounter {
  const byOf = new Map<string, CountedPort>();
  for (const service of desired.services)
    for (const { name, protocol, port, nodePort } of service.ports) {
      const counted = {
        service: service.id,
        protocol,
        port,
        namespace: service.namespace,
        name: service.name,
        portName: name ?? `${port}`,
      };
      const of = (what: string) => byOf.set(`${protocol.toLowerCase()} ${what}`, counted);
      const label = portLabel(service, { name, port });
      of(label);
      if (label.length > COMMENT_MAX) of(label.slice(0, COMMENT_MAX));
      for (const address of [service.clusterIP, ...service.externalIPs, ...service.loadBalancerIPs]) of(`${address}:${port}`);
      if (nodePort !== null) of(`${ANYWHERE}:${nodePort}`);
    }
  const node = desired.nodes.find(({ id }) => id === nodeId);
  if (node?.backend === 'ipvs')
    for (const [mark, of] of ipvsMarkedPorts(desired, node)) {
      const counted = byOf.get(of);
      if (counted !== undefined) byOf.set(`fwmark ${mark}`, counted);
    }
  return ({ of }) => byOf.get(of) ?? byOf.get(of.replace(/ [\d.]+:/, ` ${ANYWHERE}:`));
}
