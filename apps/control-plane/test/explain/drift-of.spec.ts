import type { DriftEvent, KernelKind, KernelObject } from '@weft/model';
import { expect, it } from 'vitest';
import { driftOf } from '../../src/explain/drift-of.ts';

type Change = DriftEvent['changes'][number];

const event = (change: Partial<Change>): DriftEvent => ({
  id: 'drift_1',
  node: 'n1',
  firstAt: '2026-11-21T12:00:00.000Z',
  lastAt: '2026-11-21T12:00:00.000Z',
  receivedAt: '2026-11-21T12:00:00.000Z',
  count: 1,
  noticedBy: 'nft-monitor',
  process: { pid: 4711, name: 'nft' },
  policy: 'observe',
  outcome: 'standing',
  settledAt: null,
  durationMs: null,
  changes: [{ kind: 'nft', object: '', wanted: null, found: null, ...change }],
  moreChanges: 0,
  message: '',
});

const thing = (kind: KernelKind, place: string, key: string, text = key): KernelObject => ({ kind, place, key, text });

const ABOUT: readonly (readonly [KernelObject, Partial<Change>])[] = [
  [thing('nft-rule', 'table ip weft chain services', 'drop'), { object: 'rule of chain services', found: 'drop' }],
  [thing('nft-rule', 'table ip weft chain services', 'drop'), { object: 'chain services', wanted: 'null' }],
  [thing('nft-element', 'table ip weft map m', 'a', 'a : b'), { object: 'element of map m', wanted: 'a : b' }],
  [thing('nft-set', 'table ip weft', 's'), { object: 'set s' }],
  [thing('nft-chain', 'table ip weft', 'c'), { object: 'table ip weft' }],
  [
    thing('iptables-rule', 'table nat chain WEFT-X', '-j RETURN'),
    { kind: 'iptables', object: 'rule of chain WEFT-X of table nat', wanted: '-j RETURN' },
  ],
  [thing('iptables-chain', 'table nat', 'WEFT-X'), { kind: 'iptables', object: 'chain WEFT-X of table nat' }],
  [
    thing('iptables-jump', 'table nat chain OUTPUT', '-j WEFT-X'),
    { kind: 'iptables', object: 'jump to our chains', wanted: '-t nat -A OUTPUT -j WEFT-X' },
  ],
  [thing('ipset-element', 'ipset WEFT-S', '1.2.3.4'), { kind: 'ipset', object: 'ipset WEFT-S' }],
  [thing('ipvs-destination', 'ipvs tcp 198.19.0.1:80', '100.64.1.2:80'), { kind: 'ipvs', object: 'ipvs tcp 198.19.0.1:80' }],
  [thing('route', 'host', '100.64.2.0/24'), { kind: 'route', object: 'route 100.64.2.0/24' }],
  [thing('route', 'netns wf-a', 'default'), { kind: 'route', object: 'route wf-a default' }],
  [thing('sysctl', 'host', 'net/ipv4/ip_forward'), { kind: 'sysctl', object: 'sysctl net/ipv4/ip_forward' }],
];

it.each(ABOUT)('finds of %j what was done to it', (object, change) => {
  expect(driftOf([object], [event(change)])).toMatchObject([{ id: 'drift_1', process: { name: 'nft' } }]);
});

it.each(ABOUT)('finds of %j nothing that was done to others', (object, change) => {
  const elsewhere = { ...object, place: `${object.place}2`, key: `${object.key}2`, text: `${object.text}2` };

  expect(driftOf([elsewhere], [event(change)])).toEqual([]);
});
