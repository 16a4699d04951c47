import type { IpvsContribution } from '@weft/kernel';
import { contains, type DesiredService } from '@weft/model';
import { portsOf, type ServicePort } from '../../services/service-ports.ts';
import { borne } from './dummy.ts';
import { frontendElements, hairpins } from './elements.ts';
import { frontendsOf } from './frontends.ts';
import { shortCutOf } from './short-cut.ts';
import type { IpvsSurroundings } from './surroundings.ts';
import { virtualService } from './virtual-service.ts';

/** True for an address that the node has whatever services there are. */
function isOwn(address: string, { nodeAddresses, serviceCidrs }: IpvsSurroundings): boolean {
  return nodeAddresses.includes(address) || serviceCidrs.some((range) => contains(range, address));
}

function ofPort(port: ServicePort, index: number, surroundings: IpvsSurroundings): IpvsContribution {
  const frontends = frontendsOf(port, surroundings);
  const mark = shortCutOf(port, index, surroundings);
  return {
    services: [
      ...frontends.map(({ of: { protocol }, address, port: at, to }) => virtualService({ protocol, address, port: at }, port, to)),
      ...(mark === null ? [] : [virtualService({ fwmark: mark }, port, port.shortcut)]),
    ],
    addresses: frontends
      .map(({ address }) => address)
      .filter((address) => !isOwn(address, surroundings))
      .map(borne),
    elements: [...frontends.flatMap((frontend) => frontendElements(frontend, mark, surroundings)), ...hairpins(port, surroundings)],
  };
}

/**
 * What one service adds: a virtual service for each address and port, and one by mark for a short cut; what rules are told of them. Depends on nothing but the
 * service and its surroundings.
 */
export function ipvsContribution(service: DesiredService, surroundings: IpvsSurroundings): IpvsContribution {
  const parts = portsOf(service, surroundings.place).map((port, index) => ofPort(port, index, surroundings));
  return {
    services: parts.flatMap(({ services }) => services),
    addresses: parts.flatMap(({ addresses }) => addresses),
    elements: parts.flatMap(({ elements }) => elements),
  };
}
