import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Area, Measurement } from '../harness/area.ts';
import { figuresOf, OWN_NETWORK } from '../harness/program.ts';
import type { BenchBackend } from './fleet.ts';

/** Number of services through the last of which connections are made. */
const CONNECT_AT = 10_000;

/** Most services of each backend: with 50,000 each restore of iptables replaces a whole table, and each chain costs more the more there are. Both take minutes. */
const MOST: Readonly<Record<BenchBackend, number>> = {
  nftables: 50_000,
  'iptables-legacy': 10_000,
  'iptables-nft': 10_000,
  ipvs: 50_000,
};

/** Why a backend cannot be measured here: an IPVS of this kernel shows itself in every network namespace, or can be loaded. */
const LACKS: Partial<Record<BenchBackend, () => Promise<string | null>>> = {
  ipvs: async () => {
    if (existsSync('/proc/net/ip_vs')) return null;
    const [code] = await once(spawn('modprobe', ['--quiet', 'ip_vs'], { stdio: 'ignore' }), 'exit');
    return code === 0 ? null : 'this kernel has no ip_vs; the area ipvs brings one';
  },
};

const program = (file: string, backend: BenchBackend, size: number) =>
  figuresOf([...OWN_NETWORK, process.execPath, join(import.meta.dirname, file), backend, String(size)]);

function measurementsOf(backend: BenchBackend): Measurement[] {
  const lacks = LACKS[backend];
  const here = lacks === undefined ? {} : { lacks };
  const sizes = [100, 1_000, 10_000, 50_000].filter((size) => size <= MOST[backend]);
  return [
    {
      ...here,
      name: `${backend}: load and change`,
      sizes,
      quickSizes: [100, 1_000],
      take: (size) => program('measure.ts', backend, size),
    },
    {
      ...here,
      name: `${backend}: connect`,
      sizes: [CONNECT_AT],
      quickSizes: [],
      take: (size) => program('measure-connect.ts', backend, size),
    },
  ];
}

/** Programming services on each backend, in network namespaces of its own. */
export const dataplane: Area = {
  summary: 'programming services on each backend: all at once, one change, a connection through the last (root)',
  sizeOf: 'services',
  measurements: (Object.keys(MOST) as BenchBackend[]).flatMap(measurementsOf),
};
