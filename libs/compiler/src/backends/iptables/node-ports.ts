import type { DesiredNode } from '@weft/model';
import { outermost } from '../cidrs.ts';
import { comment, to } from './rule-text.ts';

/** Where node ports answer on a node: ranges that its addresses may be in; all when nothing else is said, none for `primary` as long as that is unknown. */
function ranges({ nodePortAddresses, address }: DesiredNode): string[] {
  if (nodePortAddresses.length === 0) return ['0.0.0.0/0'];
  const primary = address === null ? [] : [`${address.split('/')[0]}/32`];
  return outermost(nodePortAddresses.flatMap((wanted) => (wanted === 'primary' ? primary : [wanted])));
}

/** Rules that lead packets to a chain when they are for addresses of this node at which node ports answer: never loopback's, whose replies could not be routed back. */
export function toNodePorts(node: DesiredNode, chain: string): string[] {
  return [
    `-d 127.0.0.0/8 ${comment('node ports do not answer on loopback')} -j RETURN`,
    ...ranges(node).map((range) => `${to(range)}${comment('at an address of this node')} -m addrtype --dst-type LOCAL -j ${chain}`),
  ];
}
