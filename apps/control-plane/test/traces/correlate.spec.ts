import { expect, it } from 'vitest';
import { keptBy, wayOf } from '../../src/traces/correlate.ts';
import { began, left, PACKET, policy, sighting, TRANSLATED } from './sightings.ts';

const here = { node: 'node-1', sighting: sighting([began(PACKET), left(TRANSLATED)]) };
const there = { node: 'node-2', sighting: sighting([began({ ...TRANSLATED, iif: 'wf-vxlan', oif: null, ipId: 99 })]) };

it('finds the way of a packet by how it left a node and came to the next', () => {
  const other = { node: 'node-3', sighting: sighting([began({ ...TRANSLATED, sourcePort: 1 })]) };
  expect(wayOf(here, [other, here, there]).map(({ node }) => node)).toEqual(['node-1', 'node-2']);
});

it('does not go round and round', () => {
  const back = { node: 'node-2', sighting: sighting([began(TRANSLATED), left(PACKET)]) };
  expect(wayOf(here, [here, back]).map(({ node }) => node)).toEqual(['node-1', 'node-2']);
});

it('tells a packet that was kept without a word from one that went on, was dropped or not routed', () => {
  expect(keptBy(here.sighting)).toBeNull();
  expect(keptBy(sighting([began(PACKET), policy('inet firewall', 'guard', 'drop')]))).toBeNull();
  expect(keptBy(sighting([began(PACKET)], { route: { found: false, text: 'Network is unreachable' } }))).toBeNull();
  expect(keptBy(sighting([began(PACKET)]))).toContain('iptables-legacy');
  expect(keptBy(sighting([began(PACKET)], {}, 'IP_RPFILTER'))).toBe('dropped by the kernel: IP_RPFILTER');
});
