import type { NftSet } from '@weft/kernel';
import type { ServicePort } from '../../services/service-ports.ts';
import type { NftElement } from './contribution.ts';
import { labelled } from './element.ts';
import { type NftFragment, rule } from './fragment.ts';
import { frontends } from './frontends.ts';
import { PORTALS } from './portals.ts';
import { TRANSLATED } from './translated.ts';

/** The sets that count packets and bytes, in both directions. */
export const TRAFFIC = { service: 'service-traffic', nodePort: 'node-port-traffic' } as const;

const counting = (name: string, type: string): NftSet => ({
  name,
  type,
  flags: [],
  counter: true,
  comment: 'packets and bytes, both ways',
  elements: [],
});

/** Counts every packet of a translated connection once, by what it was for: where it comes in from a link, or from a process of this node. */
export function traffic(): NftFragment {
  const { service, nodePort } = PORTALS;
  return {
    sets: [counting(TRAFFIC.service, service.type), counting(TRAFFIC.nodePort, nodePort.type)],
    rules: {
      'after-nat-prerouting': [rule('ct status dnat iifname != "lo" jump traffic')],
      'after-nat-output': [rule('ct status dnat jump traffic')],
      traffic: [rule(`${TRANSLATED.service} @${TRAFFIC.service} return`), rule(`${TRANSLATED.nodePort} @${TRAFFIC.nodePort}`)],
    },
  };
}

/** What counting the traffic of a port adds. */
export function counted(port: ServicePort): NftElement[] {
  return frontends(port)
    .filter(({ portal }) => !portal.outside)
    .map(({ portal, key }) => ({
      into: portal === PORTALS.service ? TRAFFIC.service : TRAFFIC.nodePort,
      key: labelled(key, port.label),
      data: null,
    }));
}
