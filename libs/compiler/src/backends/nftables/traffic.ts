import type { NftElement, NftSet } from '@weft/kernel';
import { type NftFragment, rule } from './fragment.ts';
import type { ReachedPort } from './frontends.ts';
import { PORTALS, type Portal } from './portals.ts';
import { TRANSPORT } from './transport.ts';

const counting = (name: string, { type }: Portal, comment: string): NftSet => ({
  name,
  type,
  flags: [],
  counter: true,
  comment,
  elements: [],
});

const sets = (portal: Portal): NftSet[] => [
  counting(portal.connections, portal, 'connections, as packets'),
  counting(portal.traffic, portal, 'packets and bytes, both ways'),
];

/**
 * Counts what a service is used: connections where their endpoint is chosen, which happens once for each; every packet of a translated connection once, by what
 * it was for, where it comes in from a link or from a process of this node. An element is never replaced, whatever becomes of a port's endpoints, so
 * counts only grow.
 */
export function traffic(): NftFragment {
  const { service, nodePort } = PORTALS;
  return {
    sets: [...sets(service), ...sets(nodePort)],
    rules: {
      'after-nat-prerouting': [rule('ct status dnat iifname != "lo" jump traffic')],
      'after-nat-output': [rule('ct status dnat jump traffic')],
      traffic: [
        rule(`${TRANSPORT} ${service.translated} @${service.traffic} return`),
        rule(`${TRANSPORT} ${nodePort.translated} @${nodePort.traffic}`),
      ],
    },
  };
}

/** What counting for a port adds. */
export function counted({ frontends }: ReachedPort): NftElement[] {
  return frontends
    .filter(({ portal }) => !portal.outside)
    .flatMap(({ portal: { connections, traffic: packets }, labelled: key }) =>
      [connections, packets].map((into) => ({ into, key, data: null })),
    );
}
