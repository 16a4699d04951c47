import type { Runner } from '../real/runner.ts';
import type { HostProblem } from './problem.ts';

interface NftChain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly hook?: string;
  readonly policy?: string;
}

/** Rules that name our links, in nft's words or in iptables': somebody has thought of us there. */
const NAMES_OUR_LINKS = /"(weft0|wf[^"]*)"|-[io] (weft0|wf\S*)/;

const problem = (where: string): HostProblem => ({
  code: 'ForwardDropped',
  message: `${where} drops what is forwarded and has no rule for our links, so pods are cut off: let packets from and to weft0 and wf* through, then restart the node executor`,
});

async function nftChains({ run }: Runner): Promise<readonly NftChain[]> {
  const { exitCode, stdout } = await run(['nft', '-j', 'list', 'chains']);
  if (exitCode !== 0) return [];
  const { nftables } = JSON.parse(stdout) as { readonly nftables: readonly { readonly chain?: NftChain }[] };
  return nftables.flatMap(({ chain }) => (chain === undefined ? [] : [chain]));
}

async function inNftables(runner: Runner): Promise<HostProblem[]> {
  const dropping = (await nftChains(runner)).filter(
    ({ family, hook, policy }) => ['ip', 'inet'].includes(family) && hook === 'forward' && policy === 'drop',
  );
  const found = await Promise.all(
    dropping.map(async ({ family, table, name }) => {
      const { stdout } = await runner.run(['nft', 'list', 'table', family, table]);
      return NAMES_OUR_LINKS.test(stdout) ? [] : [problem(`chain ${name} of the nftables table ${family} ${table}`)];
    }),
  );
  return found.flat();
}

/** The nft variant's chains are among those of nftables. */
async function inLegacyIptables({ run }: Runner): Promise<HostProblem[]> {
  if (!(await run(['iptables', '--version'])).stdout.includes('(legacy)')) return [];
  const { stdout } = await run(['iptables-save', '-t', 'filter']);
  return /^:FORWARD DROP /m.test(stdout) && !NAMES_OUR_LINKS.test(stdout) ? [problem('chain FORWARD of iptables')] : [];
}

/** Filters of others that drop by policy what the host forwards, as Docker's and ufw's do: an `accept` of ours does not overrule them. */
export async function droppedForwards(runner: Runner): Promise<HostProblem[]> {
  return (await Promise.all([inNftables(runner), inLegacyIptables(runner)])).flat();
}
