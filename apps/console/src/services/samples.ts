import type { ServiceCounters } from '../api.ts';

/** Counters of a service at one time, all ports and nodes together. */
export interface Sample {
  readonly atMs: number;
  readonly connections: number;
  readonly bytes: number;
}

/** Samples that are kept: ten minutes of one every two seconds. */
export const WINDOW = 300;

export function sampleOf({ ports }: ServiceCounters, atMs: number): Sample {
  const sum = (of: (port: ServiceCounters['ports'][number]) => number | null) => ports.reduce((total, port) => total + (of(port) ?? 0), 0);
  return { atMs, connections: sum(({ connections }) => connections), bytes: sum(({ bytes }) => bytes) };
}

/** What came a second, between one sample and the next; nothing where a node began to count anew. Times in seconds. */
export function ratesOf(samples: readonly Sample[]): { at: number[]; connections: number[]; bytes: number[] } {
  const steps = samples.slice(1).map((sample, index) => {
    const before = samples[index] ?? sample;
    const seconds = Math.max((sample.atMs - before.atMs) / 1000, 0.001);
    const rate = (is: number, was: number) => Math.max(is - was, 0) / seconds;
    return { at: sample.atMs / 1000, connections: rate(sample.connections, before.connections), bytes: rate(sample.bytes, before.bytes) };
  });
  return {
    at: steps.map(({ at }) => at),
    connections: steps.map(({ connections }) => connections),
    bytes: steps.map(({ bytes }) => bytes),
  };
}
