import type { Ipset, IptablesRuleset, IpvsDestination, IpvsFrontend, IpvsService, NftTable, Route } from '@weft/kernel';
import { describe, expect, test } from 'vitest';
import { type Packet } from '../../src/packets/index.ts';
import { trace } from './trace.ts';

const packet: Packet = { from: 'link', source: '192.0.2.9', destination: '192.0.2.1', protocol: 'tcp', port: 80 };
const node = { addresses: ['192.0.2.1'], linkTo: () => 'eth0' };

const nft = (...texts: string[]): { nft: NftTable; iptables: null } => ({
  iptables: null,
  nft: {
    family: 'ip',
    name: 'weft',
    sets: [],
    maps: [],
    chains: [
      {
        name: 'in',
        hook: { type: 'filter', hook: 'input', priority: 0 },
        rules: texts.map((text) => ({ text, comment: null })),
      },
    ],
  },
});

const iptables = (...rules: string[]): { nft: null; iptables: IptablesRuleset } => ({
  nft: null,
  iptables: {
    tables: [{ name: 'filter', chains: [{ name: 'WEFT-A', rules }], jumps: [{ chain: 'INPUT', rule: '-j WEFT-A' }] }],
  },
});

test('a rule decides, and rules behind it are not asked', () => {
  expect(trace(nft('ip saddr 192.0.2.0/24 drop', 'no such thing'), packet, node)).toEqual({ verdict: 'drop' });
  expect(trace(iptables('-s 192.0.2.0/24 -j DROP', 'no such thing'), packet, node)).toEqual({ verdict: 'drop' });
});

test('a verdict that depends on chance is no answer', () => {
  const rules = iptables('-m statistic --mode random --probability 0.5 -j DROP');
  expect(() => trace(rules, packet, node)).toThrow('chance');
});

describe('nft', () => {
  const base = (name: string, type: 'filter' | 'nat', priority: number, ...texts: string[]) => ({
    name,
    hook: { type, hook: 'prerouting', priority } as const,
    rules: texts.map((text) => ({ text, comment: null })),
  });
  const memory = {
    name: 'memory',
    type: 'ipv4_addr : ipv4_addr',
    flags: ['dynamic', 'timeout'],
    comment: null,
    elements: {},
  } as const;
  const live = {
    name: 'live',
    type: 'ipv4_addr : ipv4_addr . inet_service',
    flags: [],
    comment: null,
    elements: { '10.0.0.1': '10.0.0.1 . 8080' },
  } as const;
  const table = (...chains: NftTable['chains']) => ({
    iptables: null,
    nft: { family: 'ip', name: 'weft', sets: [], maps: [memory, live], chains } as NftTable,
  });
  const recall = base(
    'recall',
    'nat',
    -105,
    'ip daddr set ip saddr map @memory',
    'dnat ip to ip daddr map @live',
    'ip daddr set ct original ip daddr',
  );

  test('chains at one hook are asked by their priority, whatever their names', () => {
    const before = base('z', 'filter', -115, 'ct status dnat drop', 'ip daddr 192.0.2.1 return', 'drop');
    const after = base('a', 'filter', -95, 'ct status dnat ct original ip daddr @nobody drop');
    expect(trace(table(after, recall, before), packet, node)).toEqual({ verdict: 'accept', masquerade: false });
  });

  test('who was with an endpoint that lives is led there; others keep their destination', () => {
    const with1 = trace(table(recall), { ...packet, wasWith: '10.0.0.1:8080' }, node);
    expect(with1).toMatchObject({ verdict: 'dnat', candidates: [{ ip: '10.0.0.1', port: 8080 }] });
    const refused = base('z', 'filter', -95, 'ip daddr != 192.0.2.1 drop');
    expect(trace(table(recall, refused), { ...packet, wasWith: '10.0.0.2:8080' }, node)).toEqual({ verdict: 'accept', masquerade: false });
    expect(trace(table(recall, refused), packet, node)).toEqual({ verdict: 'accept', masquerade: false });
  });

  test('packets put elements only where that is declared', () => {
    const learn = (set: string) => base('learn', 'filter', -95, `update @${set} { ip saddr timeout 3h : ip daddr }`);
    expect(trace(table(learn('memory')), packet, node)).toEqual({ verdict: 'accept', masquerade: false });
    expect(() => trace(table(learn('live')), packet, node)).toThrow('not declared');
  });
});

describe('IPVS', () => {
  const destination = (ip: string, weight = 1) => ({ ip, port: 8080, weight, forwarding: 'masq' }) as const;
  const virtual = (frontend: IpvsFrontend, ...destinations: IpvsDestination[]): IpvsService => ({
    frontend,
    scheduler: 'wrr',
    flags: [],
    persistence: null,
    destinations,
  });
  const frontend = { protocol: 'tcp', address: '192.0.2.1', port: 80 } as const;
  const set = (name: string, type: Ipset['type'], ...elements: string[]): Ipset => ({ name, type, skbinfo: false, elements });
  const rules = (...jumps: [chain: 'INPUT' | 'OUTPUT' | 'POSTROUTING', table: 'filter' | 'nat', rule: string][]): IptablesRuleset => ({
    tables: (['filter', 'nat'] as const).map((name) => ({
      name,
      chains: [],
      jumps: jumps.filter(([, table]) => table === name).map(([chain, , rule]) => ({ chain, rule })),
    })),
  });
  const nobody = rules();
  const led = (...candidates: [ip: string, share: number][]) => ({
    verdict: 'dnat',
    candidates: candidates.map(([ip, share]) => ({ ip, port: 8080, share, masquerade: false })),
  });

  test('leads to destinations by weight, and to none of weight 0', () => {
    const ipvs = [virtual(frontend, destination('10.0.0.1', 3), destination('10.0.0.2'), destination('10.0.0.3', 0))];
    const config = { nft: null, iptables: nobody, ipvs };
    expect(trace(config, packet, node)).toEqual(led(['10.0.0.1', 0.75], ['10.0.0.2', 0.25]));
    expect(trace(config, { ...packet, protocol: 'udp' }, node)).toMatchObject({ verdict: 'accept' });
    expect(trace(config, { ...packet, destination: '192.0.2.7' }, node)).toMatchObject({ verdict: 'accept' });
  });

  test('remembers whom a client was with, as long as that takes connections', () => {
    const persistence = { timeoutSeconds: 300, netmask: '255.255.255.255' };
    const ipvs = [{ ...virtual(frontend, destination('10.0.0.1'), destination('10.0.0.2'), destination('10.0.0.3', 0)), persistence }];
    const from = (wasWith: string) => trace({ nft: null, iptables: nobody, ipvs }, { ...packet, wasWith }, node);
    expect(from('10.0.0.2:8080')).toEqual(led(['10.0.0.2', 1]));
    expect(from('10.0.0.3:8080')).toEqual(led(['10.0.0.1', 0.5], ['10.0.0.2', 0.5]));
  });

  test('comes behind the filter for what arrives, and before it for what the node sends', () => {
    const ipvs = [virtual(frontend, destination('10.0.0.1'))];
    const drop = (chain: 'INPUT' | 'OUTPUT', to: string) => rules([chain, 'filter', `-d ${to}/32 -j DROP`]);
    const verdict = (from: Packet['from'], iptables: IptablesRuleset) =>
      trace({ nft: null, iptables, ipvs }, { ...packet, from }, node).verdict;
    expect(verdict('link', drop('INPUT', '192.0.2.1'))).toBe('drop');
    expect(verdict('link', drop('OUTPUT', '10.0.0.1'))).toBe('drop');
    expect(verdict('node', drop('OUTPUT', '192.0.2.1'))).toBe('dnat');
    expect(verdict('node', drop('OUTPUT', '10.0.0.1'))).toBe('drop');
  });

  test('tells an ICMP error where a virtual service has nobody', () => {
    const config = { nft: null, iptables: nobody, ipvs: [virtual(frontend)] };
    expect(trace(config, packet, node)).toEqual({ verdict: 'reject', with: 'icmp-port-unreachable' });
  });

  test('looks for a mark first, which a set may have given', () => {
    const marked = { ...set('A', 'hash:ip,port', '192.0.2.1,tcp:80 skbmark 0x7'), skbinfo: true };
    const mark = '-m set --match-set A dst,dst -j SET --map-set A dst,dst --map-mark';
    const iptables = { tables: [{ name: 'mangle' as const, chains: [], jumps: [{ chain: 'PREROUTING', rule: mark } as const] }] };
    const ipvs = [virtual(frontend, destination('10.0.0.1')), virtual({ fwmark: 7 }, destination('10.0.0.2'))];
    expect(trace({ nft: null, iptables, ipsets: [marked], ipvs }, packet, node)).toEqual(led(['10.0.0.2', 1]));
  });

  test('is known to rules behind it', () => {
    const iptables = rules(['POSTROUTING', 'nat', '-m ipvs --ipvs -j MASQUERADE']);
    const ipvs = [virtual(frontend, destination('10.0.0.1'))];
    expect(trace({ nft: null, iptables, ipvs }, packet, node)).toMatchObject({ candidates: [{ masquerade: true }] });
    expect(trace({ nft: null, iptables }, { ...packet, destination: '10.0.0.1' }, node)).toMatchObject({ masquerade: false });
  });

  test.each([
    ['an address', 'hash:ip', 'dst', '192.0.2.1', '192.0.2.2'],
    ['an address and port', 'hash:ip,port', 'dst,dst', '192.0.2.1,tcp:80', '192.0.2.1,udp:80'],
    ['from a range', 'hash:ip,port,net', 'dst,dst,src', '192.0.2.1,tcp:80,192.0.2.8/30', '192.0.2.1,tcp:80,192.0.2.4/30'],
    ['from an address', 'hash:ip,port,ip', 'dst,dst,src', '192.0.2.1,tcp:80,192.0.2.9', '192.0.2.1,tcp:80,192.0.2.8'],
  ] as const)('rules ask sets for %s', (_, type, fields, has, hasNot) => {
    const asked = (not: string, element: string) =>
      trace(
        {
          nft: null,
          iptables: rules(['INPUT', 'filter', `-m set ${not}--match-set A ${fields} -j DROP`]),
          ipsets: [set('A', type, element)],
        },
        packet,
        node,
      ).verdict;
    expect([asked('', has), asked('', hasNot), asked('! ', has), asked('! ', hasNot)]).toEqual(['drop', 'accept', 'accept', 'drop']);
  });

  test('its addresses are the node’s own: a range of the table local', () => {
    const route = {
      netns: null,
      type: 'local',
      destination: '198.19.0.0/16',
      via: null,
      device: null,
      scope: 'host',
      onlink: false,
      source: null,
    } as const;
    const iptables = rules(['INPUT', 'filter', '-j DROP']);
    const verdict = (routes: Route[]) => trace({ nft: null, iptables, routes }, { ...packet, destination: '198.19.7.7' }, node).verdict;
    expect([verdict([]), verdict([route])]).toEqual(['accept', 'drop']);
  });

  test('a way that leads back to the node is not traced', () => {
    expect(() => trace({ nft: null, iptables: nobody, ipvs: [virtual(frontend, destination('192.0.2.1'))] }, packet, node)).toThrow(
      'own address',
    );
  });
});

describe('what we do not emit is not believed', () => {
  test.each([
    ['an expression', nft('ip ttl 3 drop')],
    ['a set that is not declared', nft('ip saddr @nobody drop')],
    ['a chain that is not there', nft('jump nowhere')],
    ['a match', iptables('-m ttl --ttl-eq 3 -j DROP')],
    ['an option', iptables('-i eth0 -j DROP')],
    ['a target', iptables('-j NOTRACK')],
    ['an extension', iptables('-m socket -j DROP')],
    ['a set that is not there', iptables('-m set --match-set A dst,dst -j DROP')],
    [
      'a way to ask a set',
      { ...iptables('-m set --match-set A src -j DROP'), ipsets: [{ name: 'A', type: 'hash:ip', skbinfo: false, elements: [] } as const] },
    ],
    ['a list of clients by destination', iptables('-m recent --set --name a --mask 255.255.255.255 --rdest -j DROP')],
  ])('%s', (_, config) => {
    expect(() => trace(config, packet, node)).toThrow();
  });

  test('no rules at all, or those of two backends', () => {
    expect(() => trace({ nft: null, iptables: null }, packet, node)).toThrow('exactly one');
    expect(() => trace({ ...iptables(), ...{ nft: nft().nft } }, packet, node)).toThrow('exactly one');
  });
});

test('a list of clients knows whoever was with an endpoint whose clients get on it', () => {
  const recent = (what: string) =>
    `-p tcp -m recent --${what} --name a --mask 255.255.255.255 --rsource -j DNAT --to-destination 192.0.2.7:80`;
  const chains = [
    { name: 'WEFT-A', rules: [recent('rcheck --seconds 60 --reap')] },
    { name: 'WEFT-B', rules: [recent('set')] },
  ];
  const rules = (chain: string) =>
    ({ nft: null, iptables: { tables: [{ name: 'nat', chains, jumps: [{ chain: 'PREROUTING', rule: `-j ${chain}` }] }] } }) as const;
  const verdict = (chain: string, wasWith?: string) =>
    trace(rules(chain), wasWith === undefined ? packet : { ...packet, wasWith }, node).verdict;
  expect(verdict('WEFT-A')).toBe('accept');
  expect(verdict('WEFT-A', '192.0.2.8:80')).toBe('accept');
  expect(verdict('WEFT-A', '192.0.2.7:80')).toBe('dnat');
  expect(verdict('WEFT-B')).toBe('dnat');
});
