import { expect, test } from 'vitest';
import { nftTime } from '../../../src/backends/nftables/affinity.ts';

test.each([
  [1, '1s'],
  [60, '1m'],
  [10_800, '3h'],
  [86_400, '1d'],
  [90_061, '1d1h1m1s'],
  [3601, '1h1s'],
])('%i seconds are written as nft lists them: %s', (seconds, text) => {
  expect(nftTime(seconds)).toBe(text);
});
