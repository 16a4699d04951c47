import type { NftTable, NodeConfig } from '@weft/kernel';
import { plan, service, tcp } from '@weft/testing/desired';
import { expect, test } from 'vitest';
import type { Sent } from '../../src/index.ts';
import { type FleetParts, fromPod, PlannedFleet, podOn } from './fleet.ts';

const [near, far] = [plan.pod(1, 2), plan.pod(2, 1)];
const pods = { 1: [podOn(1, 1), podOn(1, 2)], 2: [podOn(2, 1)] };
const services = [service(1, [tcp(80, [near, far], { nodePort: 30080 })], { name: 'web' })];

type Broken = NonNullable<FleetParts['broken']>[number];

const nft =
  (change: (table: NftTable) => NftTable): Broken =>
  (config) => ({ ...config, nft: config.nft && change(config.nft) });

const withoutRules = (text: string): Broken =>
  nft((table) => ({
    ...table,
    chains: table.chains.map((one) => ({ ...one, rules: one.rules.filter((rule) => !rule.text.includes(text)) })),
  }));

const withoutElement = (data: string): Broken =>
  nft((table) => ({
    ...table,
    maps: table.maps.map((map) => ({ ...map, elements: Object.fromEntries(Object.entries(map.elements).filter(([, to]) => to !== data)) })),
  }));

const without =
  (list: 'routes' | 'fdb' | 'neighbours' | 'links', gone: (text: string) => boolean): Broken =>
  (config): NodeConfig => ({ ...config, [list]: (config[list] as readonly object[]).filter((one) => !gone(JSON.stringify(one))) });

/** A link by its name, or a pod's by its namespace. */
const down =
  (name: string): Broken =>
  (config) => ({
    ...config,
    links: config.links.map((link) =>
      link.name === name || (link.kind === 'veth' && link.peer.netns === name) ? { ...link, up: false } : link,
    ),
  });

/** What is told of each path, shortly. */
async function told(parts: FleetParts, sent: Sent): Promise<string[]> {
  const { paths } = await new PlannedFleet({ pods, services, ...parts }).reach(1, sent);
  return paths.map(({ verdict, why, destination }) => `${destination.ip} ${verdict}${why === null ? '' : `: ${why}`}`);
}

const toWeb = fromPod(1, 1, plan.service(1), 80);
const toFar = fromPod(1, 1, far, 8080);
const outside: Sent = {
  origin: { in: 'network', tunnel: false },
  packet: { source: plan.outside, destination: plan.host(1), port: 30080, protocol: 'tcp' },
};
const vxlan = { cluster: { overlay: 'vxlan' } } as const;
const toNode2 = (text: string) => text.includes(plan.block(2)) || text.includes(plan.host(2));

test.each<[string, FleetParts, Sent, string[]]>([
  [
    'an element that leads to an endpoint',
    { broken: { 1: withoutElement(`${far} . 8080`) } },
    toWeb,
    [`${near} reachable`, expect.stringMatching(/^198\.19\.0\.1 dropped: dropped by "drop comment "a lot of the rules before""/)],
  ],
  [
    'the rule that leads to services',
    { broken: { 1: withoutRules('jump services') } },
    toWeb,
    [expect.stringMatching(/^198\.19\.0\.1 refused/)],
  ],
  [
    'the route to another node',
    { broken: { 1: without('routes', toNode2) } },
    toFar,
    [`${far} unroutable: the host has no route to the pods of node-2`],
  ],
  [
    'the route back',
    { broken: { 2: without('routes', (text) => text.includes(plan.block(1))) } },
    toFar,
    [`${far} dropped: the answer is lost on node-2: the host has no route to the pods of node-1`],
  ],
  [
    'the rule that masquerades',
    { services: [service(1, [tcp(80, [far], { nodePort: 30080 })])], broken: { 1: withoutRules('masquerade') } },
    outside,
    [`${far} dropped: the answer does not come by node-1, which would have to translate it back`],
  ],
  ["a pod's link", { broken: { 2: down('wf-pod-21') } }, toFar, [`${far} unroutable: nobody on weft0 answers for ${far}`]],
  ['the bridge', { broken: { 1: down('weft0') } }, toFar, [`${far} unroutable: weft0 is not there, or down`]],
  [
    'a forwarding entry of the tunnel',
    { ...vxlan, broken: { 1: without('fdb', toNode2) } },
    toFar,
    [`${far} unroutable: wf-vxlan does not know which host 100.64.2.0 is`],
  ],
  [
    'the other end of the tunnel',
    { ...vxlan, broken: { 2: without('links', (text) => text.includes('wf-vxlan')) } },
    toFar,
    [`${far} dropped: a tunnel ends here, but wf-vxlan is not there, or down`],
  ],
  [
    'a rule of ours is what we would not write',
    {
      broken: {
        1: nft((table) => ({
          ...table,
          chains: table.chains.map((one) => ({ ...one, rules: [{ text: 'ip ttl 3 drop', comment: null }, ...one.rules] })),
        })),
      },
    },
    toFar,
    [`${far} unknown: not an expression that we emit: ip ttl 3 drop`],
  ],
])('broken: %s', async (_, parts, sent, expected) => {
  expect(await told(parts, sent)).toEqual(expected);
});

test('of many endpoints some are told, and how many connections go to the others', async () => {
  const many = Array.from({ length: 40 }, (_, at) => plan.pod(2, at + 1));
  const { paths, notes } = await new PlannedFleet({ pods, services: [service(1, [tcp(80, many)])] }).reach(1, toWeb);
  expect(paths.length).toBe(32);
  expect(notes).toMatchObject([{ code: 'EndpointsLeftOut', text: '20 % of connections take ways that are not told' }]);
});
