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

describe('what we do not emit is not believed', () => {
  test.each([
    ['an expression', nft('ip ttl 3 drop')],
    ['a set that is not declared', nft('ip saddr @nobody drop')],
    ['a chain that is not there', nft('jump nowhere')],
    ['a match', iptables('-m ttl --ttl-eq 3 -j DROP')],
    ['an option', iptables('-i eth0 -j DROP')],
    ['a target', iptables('-j NOTRACK')],
  ])('%s', (_, config) => {
    expect(() => trace(config, packet, node)).toThrow();
  });

  test('no rules at all, or those of two backends', () => {
    expect(() => trace({ nft: null, iptables: null }, packet, node)).toThrow('exactly one');
    expect(() => trace({ ...iptables(), ...{ nft: nft().nft } }, packet, node)).toThrow('exactly one');
  });
});
