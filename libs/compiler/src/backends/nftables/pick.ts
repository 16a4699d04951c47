import type { NftChain, NftContribution, NftRule } from '@weft/kernel';
import type { ServicePort } from '../../services/service-ports.ts';
import { asAddress } from './as-address.ts';
import { rule } from './fragment.ts';
import type { Frontend, Masquerading } from './frontends.ts';
import type { Portal } from './portals.ts';
import { SCHEDULES, type Schedule, scheduleOf } from './schedule.ts';

/** What is done with a packet before an endpoint is chosen for it, and how a chain that does it is called. */
const BEFOREHAND: Readonly<Record<Masquerading, { readonly called: readonly string[]; readonly rules: readonly NftRule[] }>> = {
  everybody: { called: ['masqueraded'], rules: [rule('jump mark-for-masquerade')] },
  node: { called: ['kept'], rules: [rule('fib saddr type local jump mark-for-masquerade')] },
  nobody: { called: [], rules: [] },
};

const unique = ({ serviceId, protocol, port }: ServicePort) => [serviceId, protocol, `${port}`];

/** Chains that ports share, by name. There are some hundred at most: of each kind one for each number of lots. */
const shared = new Map<string, NftChain>();

/**
 * The chain that draws a lot and leads to the endpoint that has it. All ports that have equally many lots, and are treated alike, share one: the number of rules does
 * not depend on the number of services. Only dealing out in turn needs a chain, and so a count, for each port.
 */
function picking({ portal, masquerading }: Frontend, port: ServicePort, count: number): NftChain {
  const scheduleName = count === 1 ? 'random' : scheduleOf(port);
  const schedule: Schedule = SCHEDULES[scheduleName];
  const beforehand = BEFOREHAND[masquerading];
  const sticky = port.affinity !== null;
  const name = [
    portal.name,
    ...beforehand.called,
    ...(sticky ? ['sticky'] : []),
    'pick',
    ...(scheduleName === 'random' ? [] : [scheduleName]),
    ...(schedule.counts ? unique(port) : []),
    `${count}`,
  ].join('-');
  const make = () => ({
    name,
    hook: null,
    rules: drawing(portal, [...beforehand.rules, ...(sticky ? [recalling(portal)] : [])], schedule.lot(count)),
  });
  if (schedule.counts) return make();
  const chain = shared.get(name) ?? make();
  shared.set(name, chain);
  return chain;
}

const recalling = ({ recall }: Portal) => rule(`jump ${recall}`);

/**
 * The lot is written into the packet's destination and looked up from there, so one map serves all chains of a portal: before each transaction nft asks the
 * kernel for every map there is, and a map for each number of lots made that most of what a change costs. A lot that nobody has was drawn before a change and
 * looked up after it; the packet is dropped, and who sent it asks again.
 */
function drawing(portal: Portal, beforehand: readonly NftRule[], lot: string): NftRule[] {
  return [
    rule(`${portal.match} @${portal.connections}`, 'counts a connection'),
    ...beforehand,
    rule(`ip daddr set ${lot}`, 'draws a lot'),
    rule(`dnat ip to ${portal.chosen} map @${portal.endpoints}`),
    rule('drop', 'a lot of the rules before'),
  ];
}

const NOTHING: NftContribution = { elements: [], chains: [] };

/** Keeps a packet from outside that finds nobody here from being led to endpoints elsewhere as if it came from a pod. */
function turnedAway({ portal, labelled }: Frontend): NftContribution {
  return { elements: [{ into: portal.ports, key: labelled, data: 'accept' }], chains: [] };
}

/** What leads packets by one way in to a port's endpoints. */
export function picked(frontend: Frontend, port: ServicePort): NftContribution {
  const { portal, key, labelled, to } = frontend;
  if (to.verdict !== 'balance') return portal.outside && port.shortcut.verdict === 'balance' ? turnedAway(frontend) : NOTHING;
  const schedule: Schedule = SCHEDULES[scheduleOf(port)];
  const slots = to.endpoints.length === 1 ? to.endpoints : schedule.slots(to.endpoints);
  const chain = picking(frontend, port, slots.length);
  return {
    elements: [
      { into: portal.ports, key: labelled, data: `goto ${chain.name}` },
      ...slots.map(({ ip, port: to }, lot) => ({ into: portal.endpoints, key: `${key} . ${asAddress(lot)}`, data: `${ip} . ${to}` })),
    ],
    chains: [chain],
  };
}
