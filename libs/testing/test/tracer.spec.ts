import type { IptablesRuleset, NftTable } from '@weft/kernel';
import { describe, expect, test } from 'vitest';
import { type Packet, trace } from '../src/tracer/index.ts';

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
    keyword: 'type',
    type: 'ipv4_addr : ipv4_addr',
    flags: ['dynamic', 'timeout'],
    comment: null,
    elements: {},
  } as const;
  const live = {
    name: 'live',
    keyword: 'type',
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

describe('what we do not emit is not believed', () => {
  test.each([
    ['an expression', nft('ip ttl 3 drop')],
    ['a set that is not declared', nft('ip saddr @nobody drop')],
    ['a chain that is not there', nft('jump nowhere')],
    ['a match', iptables('-m ttl --ttl-eq 3 -j DROP')],
    ['an option', iptables('-i eth0 -j DROP')],
    ['a target', iptables('-j NOTRACK')],
    ['an extension', iptables('-m socket -j DROP')],
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
