// What it costs to program services, on each backend: everything at once and one change, at growing numbers of services, next to the bare tools.
// Needs root and nothing else: everything happens in network namespaces of its own. `--quick` leaves out what takes minutes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchBackend } from './dataplane/fleet.ts';
import { inOwnNetwork } from './dataplane/in-own-network.ts';
import { print, type Row } from './row.ts';

const program = (name: string) => join(import.meta.dirname, 'dataplane', name);

const SIZES = [100, 1_000, 10_000, 50_000];

/** Number of services through the last of which connections are made. */
const CONNECT_AT = 10_000;

/** Where each backend ends in bounded time, and why. */
const BOUNDS: Readonly<Record<BenchBackend, { readonly most: number; readonly why: string }>> = {
  nftables: { most: 50_000, why: '' },
  'iptables-legacy': { most: 10_000, why: 'each restore replaces a whole table, 50,000 services take minutes' },
  'iptables-nft': { most: 10_000, why: 'each chain costs more the more there are, 50,000 services take minutes' },
  ipvs: { most: 50_000, why: '' },
};

const say = (text: string) => process.stderr.write(`${text}\n`);

/** Whether the kernel has IPVS: it shows itself in every network namespace then, or can be loaded. */
async function hasIpvs(): Promise<boolean> {
  if (existsSync('/proc/net/ip_vs')) return true;
  const child = spawn('modprobe', ['--quiet', 'ip_vs'], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  return code === 0;
}

const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const backends = (Object.keys(BOUNDS) as BenchBackend[]).filter((name) => asked.length === 0 || asked.includes(name));
if (backends.includes('ipvs') && !(await hasIpvs())) {
  backends.splice(backends.indexOf('ipvs'), 1);
  say('ipvs is not measured: this kernel has no ip_vs');
}
const quick = process.argv.includes('--quick');
const rows: Row[] = [];
for (const backend of backends)
  for (const size of SIZES) {
    const { most, why } = BOUNDS[backend];
    if (size > most) say(`${backend} is not measured with ${size} services: ${why}`);
    else if (!quick || size <= 10_000) rows.push(...((await inOwnNetwork(program('measure.ts'), backend, String(size))) ?? []));
  }
for (const backend of backends) rows.push(...((await inOwnNetwork(program('measure-connect.ts'), backend, String(CONNECT_AT))) ?? []));
print(rows, process.argv.includes('--json'));
