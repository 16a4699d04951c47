import type { DesiredNode } from '@weft/model';
import { type NftFragment, rule } from './fragment.ts';
import { nodePortAddress } from './node-port-addresses.ts';
import { PORTALS, type Portal, portalMaps } from './portals.ts';

const asks = ({ match, ports }: Portal) => `${match} vmap @${ports}`;

/**
 * Leads packets to services: two questions for everybody, whatever services there are, and two more for whom is neither pod nor this node, asked first. Answers
 * are chains that choose an endpoint.
 */
export function dispatch(node: DesiredNode): NftFragment {
  const atNode = nodePortAddress(node);
  const { service, nodePort, outsideService, outsideNodePort } = PORTALS;
  return {
    maps: Object.values(PORTALS).flatMap(portalMaps),
    rules: {
      'nat-prerouting': [rule('ip saddr != @pod-cidrs jump outside'), rule('jump services')],
      'nat-output': [rule('jump services')],
      outside: [rule(asks(outsideService)), rule(`${atNode} ${asks(outsideNodePort)}`)],
      services: [rule(asks(service)), rule(`${atNode} ${asks(nodePort)}`, 'after services: at an address of this node')],
    },
  };
}
