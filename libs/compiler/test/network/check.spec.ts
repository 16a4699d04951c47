import { check, compile } from '@weft/compiler';
import type { NodeConfig } from '@weft/kernel';
import { desired, node, pod, service, tcp } from '@weft/testing/desired';
import { describe, expect, it } from 'vitest';

const services = [service(1, [tcp(80, ['100.64.2.5', '100.64.3.5'])])];
const state = desired({ pods: [pod(1), pod(2)], services, cluster: { overlay: 'vxlan' } });
const good = compile(state, 'node_1');
const onIptables = compile({ ...state, nodes: [node(1, { backend: 'iptables' })] }, 'node_1');
const codes = (config: NodeConfig) => [...new Set(check(config).map(({ code }) => code))].sort();

const without = <K extends keyof NodeConfig>(name: K, wrong: (item: never) => boolean): NodeConfig => ({
  ...good,
  [name]: (good[name] as readonly never[]).filter((item) => !wrong(item)),
});

describe('check', () => {
  it('finds nothing in what the compiler makes', () => {
    expect([codes(good), codes(onIptables)]).toEqual([[], []]);
  });

  it.each<[string, NodeConfig, string[]]>([
    ['an address used twice', { ...good, addresses: [...good.addresses, ...good.addresses.slice(0, 1)] }, ['AddressTwice']],
    [
      'a bridge that is missing',
      without('links', ({ kind }: { kind: string }) => kind === 'bridge'),
      ['AddressWithoutLink', 'MasterMissing', 'RouteWithoutLink'],
    ],
    ['a namespace that is missing', { ...good, netns: good.netns.slice(1) }, ['PeerWithoutNetns']],
    ['a tunnel without forwarding entries', without('fdb', () => true), ['TunnelNeighbourUnforwarded']],
    ['a tunnel without neighbours', without('neighbours', () => true), ['TunnelRouteUnresolved']],
    ['pods without addresses', without('addresses', ({ netns }: { netns: string | null }) => netns !== null), ['GatewayUnreachable']],
    ['a source that is not local', without('addresses', ({ device }: { device: string }) => device === 'wf-vxlan'), ['SourceNotLocal']],
    [
      'a foreign link',
      { ...good, links: good.links.map((link) => (link.kind === 'vxlan' ? { ...link, name: 'eth0' } : link)) },
      ['AddressWithoutLink', 'FdbWithoutLink', 'LinkNotOurs', 'NeighbourWithoutLink', 'RouteWithoutLink'],
    ],
    ['sets that are not declared', { ...good, nft: good.nft && { ...good.nft, sets: [] } }, ['SetMissing']],
    [
      'chains that are not there',
      { ...onIptables, iptables: onIptables.iptables && { tables: onIptables.iptables.tables.map((table) => ({ ...table, chains: [] })) } },
      ['ChainMissing'],
    ],
  ])('finds %s', (_name, config, expected) => {
    expect(codes(config)).toEqual(expected);
  });
});
