import type { NftContribution, NftNeed, NftRule } from '@weft/kernel';
import type { ServicePort } from '../../services/service-ports.ts';
import { labelled } from './element.ts';
import { rule } from './fragment.ts';
import type { Frontend, Masquerading } from './frontends.ts';
import { SCHEDULES, type Schedule, scheduleOf } from './schedule.ts';

/** What is done with a packet before an endpoint is chosen for it, and how a chain that does it is called. */
const BEFOREHAND: Readonly<Record<Masquerading, { readonly called: readonly string[]; readonly rules: readonly NftRule[] }>> = {
  everybody: { called: ['masqueraded'], rules: [rule('jump mark-for-masquerade')] },
  node: { called: ['kept'], rules: [rule('fib saddr type local jump mark-for-masquerade')] },
  nobody: { called: [], rules: [] },
};

const unique = ({ serviceId, protocol, port }: ServicePort) => [serviceId, protocol, `${port}`];

/**
 * The map and the chain by which a port's endpoint is chosen. All ports that have equally many slots, and are treated alike, share them: the number of rules does
 * not depend on the number of services. Only dealing out in turn needs a chain, and so a count, for each port.
 *
 * Each chain has a map of its own, made and unmade with it: nft 1.0.6 cannot add a rule that asks a map of an earlier transaction with such data ("conflicting
 * protocols specified: ip vs. th").
 */
function picking({ portal, masquerading }: Frontend, port: ServicePort, count: number): { chain: string; map: string; needs: NftNeed[] } {
  const name = scheduleOf(port);
  const schedule: Schedule = SCHEDULES[name];
  const only = count === 1;
  const beforehand = BEFOREHAND[masquerading];
  const called = (what: string) =>
    [
      portal.name,
      ...beforehand.called,
      ...(port.affinity === null ? [] : ['sticky']),
      what,
      ...(only || name === 'random' ? [] : [name]),
      ...(!only && schedule.counts ? unique(port) : []),
      `${count}`,
    ].join('-');
  const [chain, map] = [called('pick'), called('endpoints')];
  const lookup = only ? portal.match : `${portal.match} . ${schedule.lot(count)}`;
  // Declared by a lot of numgen whatever the rule draws: nft 1.0.6 crashes when it lists a map that is declared by jhash.
  const type = `${only ? portal.match : `${portal.match} . numgen random mod ${count}`} : ip daddr . th dport`;
  const rules = [
    rule(`${portal.match} @${portal.connections}`, 'counts a connection'),
    ...beforehand.rules,
    ...(port.affinity === null ? [] : [rule(`jump ${portal.recall}`)]),
    rule(`dnat ip to ${lookup} map @${map}`),
  ];
  return {
    chain,
    map,
    needs: [
      { kind: 'map', is: { name: map, keyword: 'typeof', type, flags: [], comment: null } },
      { kind: 'chain', is: { name: chain, hook: null, rules } },
    ],
  };
}

const NOTHING: NftContribution = { elements: [], needs: [] };

/** Keeps a packet from outside that finds nobody here from being led to endpoints elsewhere as if it came from a pod. */
function turnedAway({ portal, key }: Frontend, { label }: ServicePort): NftContribution {
  return { elements: [{ into: portal.ports, key: labelled(key, label), data: 'accept' }], needs: [] };
}

/** What leads packets by one way in to a port's endpoints. */
export function picked(frontend: Frontend, port: ServicePort): NftContribution {
  const { portal, key, to } = frontend;
  if (to.verdict !== 'balance') return portal.outside && port.shortcut.verdict === 'balance' ? turnedAway(frontend, port) : NOTHING;
  const schedule: Schedule = SCHEDULES[scheduleOf(port)];
  const of = to.endpoints.length === 1 ? to.endpoints : schedule.slots(to.endpoints);
  const { chain, map, needs } = picking(frontend, port, of.length);
  return {
    elements: [
      { into: portal.ports, key: labelled(key, port.label), data: `goto ${chain}` },
      ...of.map((endpoint, slot) => ({
        into: map,
        key: of.length === 1 ? key : `${key} . ${slot}`,
        data: `${endpoint.ip} . ${endpoint.port}`,
      })),
    ],
    needs,
  };
}
