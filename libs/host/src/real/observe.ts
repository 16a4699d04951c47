import {
  byKey,
  type ConfigPart,
  EMPTY_CONFIG,
  holdAny,
  keyOf,
  NFT_TABLE,
  type NodeConfig,
  parseIptablesSave,
  parseNftTable,
  parseSysctlLines,
  type Sysctl,
} from '@weft/kernel';
import type { ObserveScope, SysctlKeys } from '@weft/reconcile';
import { CommandError, codeOf } from '../exec.ts';
import { observeIpvs } from './observe-ipvs.ts';
import { observeNetwork } from './observe-network.ts';
import type { Runner } from './runner.ts';

/** What a command printed, or null where the tool or the object it was asked for does not exist. Throws CommandError for anything else. */
async function readIfThere(runner: Runner, argv: readonly string[]): Promise<string | null> {
  const result = await runner.list(argv);
  if (result.exitCode === 0) return result.stdout;
  if (result.exitCode === null ? codeOf(result.stderr) === 'unsupported' : codeOf(result.stderr) === 'not-found') return null;
  throw new CommandError(result);
}

/** Our nftables table; null where there is none. Names it, so that the time does not depend on foreign tables. */
async function observeNft(runner: Runner): Promise<NodeConfig['nft']> {
  const listing = await readIfThere(runner, ['nft', '-y', '-s', 'list', 'table', 'ip', NFT_TABLE]);
  return listing === null ? null : parseNftTable(listing);
}

async function observeIptables(runner: Runner): Promise<NodeConfig['iptables']> {
  const saved = await readIfThere(runner, ['iptables-save']);
  return saved === null ? null : parseIptablesSave(saved);
}

/** Reads settings; what the kernel does not have is left out. */
async function observeSysctls(runner: Runner, sysctlKeys: SysctlKeys | Promise<SysctlKeys>): Promise<Sysctl[]> {
  const keys = await sysctlKeys;
  const places = [...new Set(keys.map(({ netns }) => netns))];
  const found = await Promise.all(
    places.map(async (netns) => {
      const paths = keys.filter((wanted) => wanted.netns === netns).map(({ key }) => `/proc/sys/${key}`);
      const place = netns === null ? [] : ['ip', 'netns', 'exec', netns];
      // The exit status says only whether every file was there.
      const { stdout } = await runner.run([...place, 'grep', '-sH', '', ...paths]);
      return parseSysctlLines(stdout, netns);
    }),
  );
  return found.flat();
}

/** Reads everything on a host that is ours and within the scope, but its workloads. Throws CommandError. */
export async function observeKernel(
  runner: Runner,
  sysctlKeys: SysctlKeys | Promise<SysctlKeys>,
  scope: ObserveScope,
): Promise<Omit<NodeConfig, 'workloads'>> {
  const read = <T>(parts: readonly ConfigPart[], part: () => Promise<T>, nothing: T) => (holdAny(parts, scope.kinds) ? part() : nothing);
  const [network, nft, iptables, ipvs, sysctls] = await Promise.all([
    observeNetwork(runner, scope),
    read(['nft'], () => observeNft(runner), EMPTY_CONFIG.nft),
    read(['iptables'], () => observeIptables(runner), EMPTY_CONFIG.iptables),
    read(['ipsets', 'ipvs'], () => observeIpvs(runner), EMPTY_CONFIG),
    read(['sysctls'], () => observeSysctls(runner, sysctlKeys), []),
  ]);
  return {
    netns: byKey(keyOf.netns, network.netns),
    sysctls: byKey(keyOf.sysctls, sysctls),
    links: byKey(keyOf.links, network.links),
    addresses: byKey(keyOf.addresses, network.addresses),
    routes: byKey(keyOf.routes, network.routes),
    neighbours: byKey(keyOf.neighbours, network.neighbours),
    fdb: byKey(keyOf.fdb, network.fdb),
    nft,
    iptables,
    ipsets: ipvs.ipsets,
    ipvs: ipvs.ipvs,
  };
}
