import { expect, it } from 'vitest';
import { placementOf } from '../src/fleet/placement.ts';

const nodes = (count: number) => Array.from({ length: count }, (_, at) => ({ id: `id-${at}`, name: `node-${at}`, zone: null }));
const rowsOf = (count: number) => new Set([...placementOf(nodes(count)).nodes.values()].map(({ y }) => y)).size;

it('lays few nodes in one row, and many in a field that is not much wider than high', () => {
  expect([1, 3, 5, 6].map(rowsOf)).toEqual([1, 1, 1, 2]);
  const { width, height } = placementOf(nodes(200));
  expect(width / height).toBeGreaterThan(1);
  expect(width / height).toBeLessThan(2);
});
