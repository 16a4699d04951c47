import { endpoint } from '@weft/testing/desired';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maglevSize, maglevTable } from '../../../src/backends/nftables/maglev.ts';

const endpoints = (count: number, weight = 1) => Array.from({ length: count }, (_, i) => endpoint(`100.64.${2 + i}.2`, { weight }));
const held = (table: readonly unknown[], one: unknown) => table.filter((other) => other === one).length;

describe('the table of mh', () => {
  test('has no gap, and equal endpoints have equally many places', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (count) => {
        const all = endpoints(count);
        const table = maglevTable(all);
        const counts = all.map((one) => held(table, one));
        expect(table).toHaveLength(maglevSize(count));
        expect(counts.reduce((a, b) => a + b)).toBe(maglevSize(count));
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('grows with the endpoints: none of a thousand is without places', () => {
    const all = Array.from({ length: 1_000 }, (_, i) => endpoint(`100.64.${i >> 8}.${i & 255}`));
    const places = new Map(all.map((one) => [one, 0]));
    for (const one of maglevTable(all)) places.set(one, (places.get(one) ?? 0) + 1);
    expect(Math.min(...places.values())).toBeGreaterThanOrEqual(8);
    expect([1, 63, 64, 1_023, 1_024, 9_999].map(maglevSize)).toEqual([509, 509, 8_191, 8_191, 65_521, 65_521]);
  });

  test('gives places by weight', () => {
    const [light, heavy] = [endpoint('100.64.2.2', { weight: 1 }), endpoint('100.64.3.2', { weight: 3 })];
    const table = maglevTable([light, heavy]);
    expect([held(table, light), held(table, heavy)]).toEqual([128, 381]);
  });

  test('changes little besides the places of who comes or goes', () => {
    const all = endpoints(10);
    const before = maglevTable(all);
    const after = maglevTable(all.slice(1));
    const moved = before.filter((one, place) => one !== all[0] && one !== after[place]).length;
    expect(moved / before.length).toBeLessThan(0.1);
  });

  test('does not depend on the order of endpoints, but for who takes the first turn', () => {
    const all = endpoints(10);
    const [one, other] = [maglevTable(all), maglevTable(all.toReversed())];
    expect(one.filter((held, place) => held !== other[place]).length / one.length).toBeLessThan(0.25);
  });
});
