import {
  type ConfigPart,
  foreignIpsetObjects,
  foreignIptablesObjects,
  foreignIpvsObjects,
  foreignLinkObjects,
  foreignNftObjects,
  foreignRouteObjects,
  holdAny,
  NFT_TABLE,
  savedTables,
} from '@weft/kernel';
import type { KernelObject } from '@weft/model';
import { makeRunner, type Runner } from '../real/runner.ts';
import type { ForeignListing } from './foreign-listing.ts';

/** What a tool prints; nothing where there is no such tool, or the kernel lacks its part. */
async function readWhereThere({ list }: Runner, argv: readonly string[]): Promise<string> {
  const { exitCode, stdout } = await list(argv);
  return exitCode === 0 ? stdout : '';
}

/** Of the tables that there are, every one but ours and those that iptables keeps, which tells of them itself. Our own is not read: it may be large. */
async function nftObjects(runner: Runner, listed: string, iptablesTables: readonly string[]): Promise<KernelObject[]> {
  const left = new Set([`table ip ${NFT_TABLE}`, ...iptablesTables.map((name) => `table ip ${name}`)]);
  const tables = Array.from(listed.matchAll(/^(table \S+ \S+) \{$/gm), ([, table = '']) => table).filter((table) => !left.has(table));
  const listings = await Promise.all(tables.map((table) => readWhereThere(runner, ['nft', '-s', '-y', 'list', ...table.split(' ')])));
  return listings.flatMap(foreignNftObjects);
}

/** Asking for virtual services loads IPVS into the kernel, so it is asked only where it is loaded. */
async function ipvsObjects(runner: Runner, savedSets: string): Promise<KernelObject[]> {
  if ((await runner.run(['test', '-e', '/proc/net/ip_vs'])).exitCode !== 0) return [];
  return foreignIpvsObjects(await readWhereThere(runner, ['ipvsadm', '-S', '-n']), savedSets);
}

/** What others have on a host, by the tools that list it. `enter`: what leads onto the host, put before every command; missing: this host. */
export function realForeignListing(enter: readonly string[] = []): ForeignListing {
  const runner = makeRunner(enter);
  return {
    async list(kinds) {
      const readFor = (parts: readonly ConfigPart[], read: () => Promise<string>) => (holdAny(parts, kinds) ? read() : '');
      const [links, routes, saved, version, sets, tables] = await Promise.all([
        readFor(['links'], () => runner.read(['ip', '-o', 'link', 'show'])),
        readFor(['routes'], () => runner.read(['ip', '-4', 'route', 'show', 'table', 'all'])),
        readFor(['iptables', 'nft'], () => readWhereThere(runner, ['iptables-save'])),
        readFor(['nft'], () => readWhereThere(runner, ['iptables', '--version'])),
        readFor(['ipsets', 'ipvs'], () => readWhereThere(runner, ['ipset', 'save'])),
        // It names every table. For `list tables` nft 1.0.6 reads all that is in them: seconds where there are ten thousand services, not milliseconds.
        readFor(['nft'], () => readWhereThere(runner, ['nft', 'list', 'flowtables'])),
      ]);
      // The legacy variant has tables of its own, and nftables may have others of the same names.
      const nft = await nftObjects(runner, tables, version.includes('nf_tables') ? savedTables(saved) : []);
      return [
        ...foreignLinkObjects(links),
        ...foreignRouteObjects(routes),
        ...nft,
        ...foreignIptablesObjects(saved),
        ...foreignIpsetObjects(sets),
        ...(holdAny(['ipvs'], kinds) ? await ipvsObjects(runner, sets) : []),
      ];
    },
  };
}
