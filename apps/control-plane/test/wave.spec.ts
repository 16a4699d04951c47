import { expect, it } from 'vitest';
import { Wave } from '../src/dispatch/wave.ts';

const NODES = 100;
const SHORTEST = 200;

/** A wave that began at 1,000 ms, and of which so many nodes came back, the last of them at a time. */
function waveOf(back: number, lastAt: number): Wave {
  const wave = new Wave(7, NODES, 1_000);
  for (let n = 0; n < back; n += 1) wave.applied(`node_${n}`, 7, 1_000 + ((lastAt - 1_000) * (n + 1)) / back);
  return wave;
}

const waits = (wave: Wave) => Math.round(wave.nextAt - 1_000);

it('keeps the next one back for its shortest time, however fast nodes are', () => {
  expect(waits(waveOf(NODES, 1_010))).toBe(SHORTEST);
});

it('waits for nodes that are on their way back, and no longer', () => {
  expect(waits(waveOf(0, 1_000))).toBe(500);
  expect(waits(waveOf(50, 1_180))).toBe(380);
  expect(waits(waveOf(90, 1_300))).toBe(300);
});

it('does not wait for the last few, nor for nodes that do not come', () => {
  const wave = waveOf(90, 1_300);
  wave.applied('node_98', 7, 1_490);
  expect(waits(wave)).toBe(300);
  expect(waits(waveOf(89, 1_400))).toBe(600);
  expect(waits(waveOf(89, 1_800))).toBe(700);
});

it('has reports stand back for a part of its shortest time, and for a second at the most', () => {
  expect(waveOf(0, 1_000).standBackMs).toBe(SHORTEST / 2);
  expect(new Wave(7, 10_000, 1_000).standBackMs).toBe(1_000);
  expect(new Wave(0, 0, 0).standBackMs).toBe(0);
});

it('tells when it is over, once', () => {
  const wave = waveOf(89, 1_100);
  expect(wave.applied('node_0', 7, 1_110)).toBe(false);
  expect(wave.applied('node_89', 6, 1_110)).toBe(false);
  expect(wave.applied('node_89', 7, 1_110)).toBe(true);
  expect(wave.applied('node_90', 8, 1_120)).toBe(false);
});
