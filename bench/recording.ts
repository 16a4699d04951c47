// What recording costs: programming services with receipts and the hash of what is to stand in the kernel, next to the same without either, in turns.
// Needs root and nothing else: everything happens in network namespaces of its own. `--quick` leaves out the largest size.
import { join } from 'node:path';
import { inOwnNetwork } from './dataplane/in-own-network.ts';
import { print, type Row } from './row.ts';

const SIZES = [1_000, 10_000];
const BACKENDS = ['nftables', 'iptables-nft'];

const sizes = process.argv.includes('--quick') ? SIZES.slice(0, 1) : SIZES;
const rows: Row[] = [];
for (const backend of BACKENDS)
  for (const size of sizes)
    rows.push(...((await inOwnNetwork(join(import.meta.dirname, 'recording/measure.ts'), backend, String(size))) ?? []));
print(rows, process.argv.includes('--json'));
