import type { DesiredNode, DesiredState } from '@weft/model';
import { portsOf } from '../../services/service-ports.ts';
import { shortCutOf } from './short-cut.ts';
import { ipvsSurroundings } from './surroundings.ts';

/** The service ports that IPVS leads to by a mark on a node: mark → protocol and label, `tcp shop/web:http`. What is counted under a mark is theirs. */
export function ipvsMarkedPorts(desired: DesiredState, node: DesiredNode): Map<number, string> {
  const surroundings = ipvsSurroundings(desired, node);
  return new Map(
    desired.services.flatMap((service) =>
      portsOf(service, surroundings.place).flatMap((port, index) => {
        const mark = shortCutOf(port, index, surroundings);
        return mark === null ? [] : [[mark, `${port.protocol} ${port.label}`] as const];
      }),
    ),
  );
}
