import type { DesiredNode, DesiredState } from '@weft/model';
import { servicePorts } from '../../services/service-ports.ts';
import { shortCutsOf } from './short-cuts.ts';

/** The service ports that IPVS leads to by a mark on a node: mark → protocol and label, `tcp shop/web:http`. What is counted under a mark is theirs. */
export function ipvsMarkedPorts(desired: DesiredState, node: DesiredNode): Map<number, string> {
  const { marks } = shortCutsOf(servicePorts(desired, node), desired.cluster.masqueradeMark);
  return new Map(Array.from(marks, ([{ protocol, label }, mark]) => [mark, `${protocol} ${label}`]));
}
