import { join } from 'node:path';
import type { BenchBackend } from '../dataplane/fleet.ts';
import type { Area, Measurement } from '../harness/area.ts';
import { figuresOf, OWN_NETWORK } from '../harness/program.ts';
import { recordedCreations } from './creations.ts';

const PROGRAM = join(import.meta.dirname, 'measure.ts');

const of = (backend: BenchBackend): Measurement => ({
  name: backend,
  sizes: [1_000, 10_000],
  quickSizes: [1_000],
  take: (size) => figuresOf([...OWN_NETWORK, process.execPath, PROGRAM, backend, String(size)]),
});

const CREATIONS: Measurement = {
  name: 'POST /services',
  sizes: [10_000],
  quickSizes: [1_000],
  take: (size, { quick }) => recordedCreations(size, quick),
};

/** What receipts, and the hash of what is to stand in the kernel, add to programming services. */
export const recording: Area = {
  summary:
    'what writing down every rule and every request adds to programming services and to POST /services, next to the same without (root)',
  sizeOf: 'services',
  measurements: [of('nftables'), of('iptables-nft'), CREATIONS],
};
