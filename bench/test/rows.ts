import type { Row } from '../harness/figure.ts';

/** A row of a test. */
export const row = (changes: Partial<Row> = {}): Row => ({
  area: 'dataplane',
  name: 'one change',
  size: 100,
  unit: 'ms',
  value: 2,
  floor: 1,
  floorName: 'bare nft',
  peer: 8,
  peerName: 'a chain for each',
  runs: 9,
  spread: { low: 1.5, high: 2.5 },
  ...changes,
});
