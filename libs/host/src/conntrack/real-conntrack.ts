import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseIpJson, parseUdpEntries, renderUdpDeletions } from '@weft/kernel';
import { makeRunner } from '../real/runner.ts';
import type { Conntrack } from './conntrack.ts';

interface LocalAddressJson {
  readonly addr_info?: readonly { readonly local?: string }[];
}

/** Gives a command a file to read, which is gone when it has ended. */
async function withFile<T>(text: string, command: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-conntrack-'));
  try {
    const path = join(folder, 'commands');
    await writeFile(path, text);
    return await command(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Connection tracking of the host that `enter` leads to, an argv prefix, through conntrack(8) 1.4; empty: this host. The tool copies the whole table to choose
 * from it, 3 µs an entry and command, so there is one command for each group of entries and never one for each entry; and one process for all of them. It reads
 * them from a file: it opens /dev/stdin by its name, which fails for the socket that Node gives its children.
 */
export function realConntrack(enter: readonly string[] = []): Conntrack {
  const runner = makeRunner(enter);
  return {
    udpEntries: async () => parseUdpEntries(await runner.read(['conntrack', '-L', '-f', 'ipv4', '-p', 'udp', '-w', '0'])),
    async deleteUdp(filters) {
      if (filters.length === 0) return [];
      return parseUdpEntries(await withFile(renderUdpDeletions(filters), (path) => runner.read(['conntrack', '-R', path])));
    },
    async localAddresses() {
      const links = parseIpJson<LocalAddressJson>(await runner.read(['ip', '-j', '-4', 'address', 'show']));
      return links.flatMap(({ addr_info = [] }) => addr_info.flatMap(({ local }) => local ?? []));
    },
  };
}
