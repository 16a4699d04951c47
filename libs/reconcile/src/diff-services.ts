import { IPTABLES_TABLES, NFT_TABLE, type NodeConfig, type Step } from '@weft/kernel';
import { ipsetSteps, ipvsSteps } from './blocks.ts';
import { diffIpsets } from './ipset/diff.ts';
import { diffIptables } from './iptables/diff.ts';
import { diffIpvs } from './ipvs/diff.ts';
import { diffNft } from './nft/diff.ts';
import { transactions } from './nft/transactions.ts';

function nftSteps(desired: NodeConfig['nft'], observed: NodeConfig['nft']): Step[] {
  const commands = diffNft(desired, observed);
  const { family, name: table } = desired ?? observed ?? { family: 'ip', name: NFT_TABLE };
  return transactions(commands).map((commands) => ({ tool: 'nft', family, table, commands }));
}

/**
 * Empties what refuses packets, in a transaction before the one that deletes the table: while that is under way, rules were seen to find no endpoint any more and to
 * refuse new connections, which the next backend serves already (Debian's 6.1, from nftables to ipvs).
 */
function quietNft(observed: NodeConfig['nft']): Step[] {
  const refusing = observed?.chains.filter(({ hook }) => hook?.type === 'filter') ?? [];
  if (observed === null || refusing.length === 0) return [];
  const { family, name: table } = observed;
  return [{ tool: 'nft', family, table, commands: refusing.map(({ name }) => ({ do: 'flush-chain', name }) as const) }];
}

/** Chains before the tables they are in. */
const LEAVE_IPTABLES: readonly Step[] = [
  { tool: 'iptables-leave', what: 'built-in-chains', tables: IPTABLES_TABLES },
  { tool: 'iptables-leave', what: 'tables', tables: IPTABLES_TABLES },
];

/** True for the rules of the backend ipvs. */
function askSets(ruleset: NodeConfig['iptables']): boolean {
  return ruleset?.tables.some(({ chains }) => chains.some(({ rules }) => rules.some((rule) => rule.includes('--match-set')))) ?? false;
}

/**
 * A restore commits one table after the other. Packets to services that IPVS serves pass the filter as they came, so coming from it the nat table is first: what
 * translates is there before what refuses. In all other cases it is last.
 */
function iptablesSteps(desired: NodeConfig['iptables'], observed: NodeConfig['iptables']): Step[] {
  const changed = diffIptables(desired, observed);
  const changes = askSets(observed) && !askSets(desired) ? changed.toReversed() : changed;
  const steps: Step[] = changes.length > 0 ? [{ tool: 'iptables', changes }] : [];
  return desired === null && observed !== null ? [...steps, ...LEAVE_IPTABLES] : steps;
}

/**
 * Steps for service rules. `put`: what the backend in use needs; `drop`: taking away what is not used any more. Sets come before the virtual services that
 * they name and the rules that ask them, virtual services before the rules of whatever served until now go, and the other way round at the end.
 */
export function diffServices(desired: NodeConfig, observed: NodeConfig): { readonly put: Step[]; readonly drop: Step[] } {
  const sets = diffIpsets(desired.ipsets, observed.ipsets);
  const virtual = diffIpvs(desired.ipvs, observed.ipvs);
  const rules = [
    {
      used: desired.nft !== null,
      steps: [...(desired.nft === null && desired.iptables !== null ? quietNft(observed.nft) : []), ...nftSteps(desired.nft, observed.nft)],
    },
    { used: desired.iptables !== null, steps: iptablesSteps(desired.iptables, observed.iptables) },
  ];
  return {
    put: [...ipsetSteps(sets.put), ...ipvsSteps(virtual.put), ...rules.flatMap(({ used, steps }) => (used ? steps : []))],
    drop: [...rules.flatMap(({ used, steps }) => (used ? [] : steps)), ...ipvsSteps(virtual.drop), ...ipsetSteps(sets.drop)],
  };
}
