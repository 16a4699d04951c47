import { IPTABLES_TABLES, NFT_TABLE, type NodeConfig, type Step } from '@weft/kernel';
import { diffIptables } from './diff-iptables.ts';
import { diffNft } from './diff-nft.ts';

function nftSteps(desired: NodeConfig['nft'], observed: NodeConfig['nft']): Step[] {
  const commands = diffNft(desired, observed);
  const { family, name: table } = desired ?? observed ?? { family: 'ip', name: NFT_TABLE };
  return commands.length > 0 ? [{ tool: 'nft', family, table, commands }] : [];
}

/** Chains before the tables they are in. */
const LEAVE_IPTABLES: readonly Step[] = [
  { tool: 'iptables-leave', what: 'built-in-chains', tables: IPTABLES_TABLES },
  { tool: 'iptables-leave', what: 'tables', tables: IPTABLES_TABLES },
];

function iptablesSteps(desired: NodeConfig['iptables'], observed: NodeConfig['iptables']): Step[] {
  const changed = diffIptables(desired, observed);
  const steps: Step[] = changed.length > 0 ? [{ tool: 'iptables', changes: changed }] : [];
  return desired === null && observed !== null ? [...steps, ...LEAVE_IPTABLES] : steps;
}

/** Steps for service rules. `put`: what the backend in use needs. `drop`: taking away one that is not in use any more. */
export function diffServices(desired: NodeConfig, observed: NodeConfig): { readonly put: Step[]; readonly drop: Step[] } {
  const backends = [
    { used: desired.nft !== null, steps: nftSteps(desired.nft, observed.nft) },
    { used: desired.iptables !== null, steps: iptablesSteps(desired.iptables, observed.iptables) },
  ];
  return {
    put: backends.flatMap(({ used, steps }) => (used ? steps : [])),
    drop: backends.flatMap(({ used, steps }) => (used ? [] : steps)),
  };
}
