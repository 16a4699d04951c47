import { describe, expect, it } from 'vitest';
import { findingLines, findingsOf, type Look } from '../../src/identity/findings.ts';
import { FACTS as BARE } from '../support/objects.ts';

const FACTS = { ...BARE, tools: { nft: 'nftables v1.0.6' } };

const fine: Look = { facts: FACTS, poolConflicts: [], tunnelPortConflicts: [], clockAheadMs: 300 };
const lines = (change: Partial<Look>) => findingLines(findingsOf({ ...fine, ...change }));
const weights = (change: Partial<Look>) => findingsOf({ ...fine, ...change }).map(({ weight }) => weight);

describe('a look at a host', () => {
  it('finds nothing wrong where nothing is', () => {
    expect(new Set(weights({}))).toEqual(new Set(['ok']));
    expect(lines({})).toContain('  ok   clock: as that of the control plane');
  });

  it.each([
    ['a host behind', 7_000, 'clock: 7 s behind that of the control plane'],
    ['a host ahead', -90_000, 'clock: 90 s ahead of that of the control plane'],
    ['an unknown clock', null, 'does not say what time it is'],
  ])('tells of %s', (_name, clockAheadMs, text) => {
    expect(lines({ clockAheadMs }).filter((line) => line.startsWith('  note'))).toEqual([expect.stringContaining(text)]);
  });

  it('tells of an MTU that tunnels make too small', () => {
    expect(lines({ facts: { ...FACTS, mtu: 1329 } }).join()).toContain('pods behind tunnels get 1279, less than');
    expect(weights({ facts: { ...FACTS, mtu: 1330 } })).not.toContain('note');
  });

  it('stops where the host could never be ready, and only there', () => {
    const problem = (code: string) => ({ code, message: 'why' });
    expect(weights({ facts: { ...FACTS, backends: [] } })).toContain('stop');
    expect(weights({ poolConflicts: [problem('PoolConflict')] })).toContain('stop');
    expect(weights({ facts: { ...FACTS, problems: [problem('CapabilityMissing')] } })).toContain('stop');
    const notes = { facts: { ...FACTS, problems: [problem('ForwardDropped')] }, tunnelPortConflicts: [problem('TunnelPortTaken')] };
    expect(weights(notes).filter((weight) => weight !== 'ok')).toEqual(['note', 'note']);
  });
});
