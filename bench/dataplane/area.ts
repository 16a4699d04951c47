import { join } from 'node:path';
import type { Area, Measurement } from '../harness/area.ts';
import { figuresOf, OWN_NETWORK } from '../harness/program.ts';
import { connecting } from './connecting.ts';
import type { BenchBackend } from './fleet.ts';
import { ipvsProgramming } from './ipvs/measurement.ts';

/** Number of services through the last of which connections are made. */
const CONNECT_AT = 10_000;

/** How many blocks of a hundred connections are made on each backend, and as many directly. */
const CONNECT_ROUNDS = 200;

/** A backend that is programmed on this kernel itself. */
type HereBackend = Exclude<BenchBackend, 'ipvs'>;

const BACKENDS: readonly HereBackend[] = ['nftables', 'iptables-legacy', 'iptables-nft'];

const PROGRAM = join(import.meta.dirname, 'measure.ts');

function programmingOf(backend: HereBackend): Measurement {
  return {
    name: `${backend}: load and change`,
    sizes: [100, 1_000, 10_000, 50_000],
    quickSizes: [100, 1_000],
    take: (size) => figuresOf([...OWN_NETWORK, process.execPath, PROGRAM, backend, String(size)]),
  };
}

/** Connections through the last service, on all backends of this kernel side by side. */
const connect: Measurement = {
  name: 'connect',
  sizes: [CONNECT_AT],
  quickSizes: [],
  take: (size) => connecting(BACKENDS, size, CONNECT_ROUNDS),
};

/** Programming services on each backend, in network namespaces of its own. */
export const dataplane: Area = {
  summary:
    'programming services on each backend: all at once, one change, a connection through the last; ipvs in user-mode Linux, where only ratios count, if this kernel has none (root)',
  sizeOf: 'services',
  measurements: [...BACKENDS.map(programmingOf), ipvsProgramming, connect],
};
