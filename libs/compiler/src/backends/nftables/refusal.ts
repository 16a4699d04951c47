import type { NftElement, NftMap, NftSet } from '@weft/kernel';
import type { DesiredNode, DesiredService } from '@weft/model';
import { serviceLabel } from '../../services/service-ports.ts';
import { labelled } from './element.ts';
import { type NftFragment, rule } from './fragment.ts';
import type { Frontend, ReachedPort } from './frontends.ts';
import { nodePortAddress } from './node-port-addresses.ts';
import { PORTALS } from './portals.ts';

const VERDICTS = { reject: 'goto refuse', drop: 'drop' } as const;

const REFUSED = { service: 'refused-ports', nodePort: 'refused-node-ports' } as const;

/** What becomes of packets that a way in leads nowhere: where some are led elsewhere, those that are left came from outside. */
function verdicts(port: ReachedPort): (readonly [Frontend, 'reject' | 'drop'])[] {
  const outside = port.external.verdict;
  return port.frontends.flatMap((frontend) => {
    if (frontend.portal.outside) return [];
    const own = frontend.to.verdict;
    if (own !== 'balance') return [[frontend, own] as const];
    const cut = frontend.to === port.shortcut && outside !== 'balance' && port.keepsSource && frontend.masquerading !== 'nobody';
    return cut ? [[frontend, outside] as const] : [];
  });
}

/** What one service adds: its address, where everything is refused that nothing else is known of, and ways in that lead nowhere. */
export function refused(service: DesiredService, ports: readonly ReachedPort[]): NftElement[] {
  return [
    { into: 'service-ips', key: labelled(service.clusterIP, serviceLabel(service)), data: null },
    ...ports.flatMap(verdicts).map(([{ portal, labelled: key }, verdict]) => ({
      into: portal === PORTALS.service ? REFUSED.service : REFUSED.nodePort,
      key,
      data: VERDICTS[verdict],
    })),
  ];
}

const refusals = (name: string, type: string): NftMap => ({
  name,
  type: `${type} : verdict`,
  flags: [],
  comment: 'ports with nobody behind them',
  elements: {},
});

/**
 * Answers at once what dispatch has led nowhere, instead of letting clients wait. A packet whose destination is still a service's address was for a port that
 * the service does not have, or that nobody serves. TCP is reset rather than told by ICMP, of which the kernel sends only about one a second to
 * each peer (icmp_ratelimit in icmp(7)). Addresses that no service has are dropped, or they would wander to the default gateway. Of external addresses
 * only the ports that services have are ours.
 */
export function refusal(node: DesiredNode): NftFragment {
  const { service, nodePort } = PORTALS;
  const serviceIPs: NftSet = { name: 'service-ips', type: 'ipv4_addr', flags: [], comment: 'addresses that services have', elements: [] };
  const toRefusal = rule('ct state new jump refusal');
  return {
    sets: [serviceIPs],
    maps: [refusals(REFUSED.service, service.type), refusals(REFUSED.nodePort, nodePort.type)],
    rules: {
      'filter-input': [toRefusal, rule('ct state new jump node-port-refusal')],
      'filter-forward': [toRefusal],
      'filter-output': [toRefusal],
      refusal: [
        rule(`${service.match} vmap @${REFUSED.service}`, 'nobody behind it'),
        rule('ip daddr @service-ips goto refuse', 'no such port'),
        rule('ip daddr @service-cidrs drop', 'no service has this address'),
      ],
      'node-port-refusal': [rule(`${nodePortAddress(node)} ${nodePort.match} vmap @${REFUSED.nodePort}`, 'nobody behind this node port')],
      refuse: [rule('reject with tcp reset', 'TCP'), rule('reject', 'the rest')],
    },
  };
}
