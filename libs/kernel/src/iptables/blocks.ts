import type { IptablesChain, IptablesChange } from './ruleset.ts';

const targetOf = (rule: string) => / -[jg] (\S+)/.exec(` ${rule}`)?.[1];

/** Chains in an order in which every chain stands behind those that its rules lead to. */
function targetsFirst(chains: readonly IptablesChain[]): IptablesChain[] {
  const byName = new Map(chains.map((chain) => [chain.name, chain]));
  const depths = new Map<string, number>();
  const depthOf = ({ name, rules }: IptablesChain): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const targets = new Set(rules.map((rule) => byName.get(targetOf(rule) ?? '')).filter((chain) => chain !== undefined));
    const depth = Math.max(0, ...Array.from(targets, (chain) => depthOf(chain) + 1));
    depths.set(name, depth);
    return depth;
  };
  return [...chains].sort((a, b) => depthOf(a) - depthOf(b));
}

/** Chains in groups of at most some lines; a chain with more is a group of its own. */
function groups(chains: readonly IptablesChain[], linesMax: number): IptablesChain[][] {
  const found: IptablesChain[][] = [[]];
  let lines = 0;
  for (const chain of chains) {
    const own = chain.rules.length + 1;
    if (lines > 0 && lines + own > linesMax) {
      found.push([]);
      lines = 0;
    }
    found.at(-1)?.push(chain);
    lines += own;
  }
  return found;
}

/**
 * A change as several of at most some lines each, to be committed one after the other; a small one as it is. No rule leads to a chain that an earlier
 * commit has not made, what packets come by is changed after all that it leads to, and chains are emptied before any of them is deleted. For the nft variant: its
 * time for one commit grows with the square of the chains in it (50,000 services: 136 s at once, 4 to 6 s in blocks), and each holds the kernel's lock on
 * rules. The legacy variant writes the whole table with every commit, so it must have but one.
 */
export function inBlocks(change: IptablesChange, linesMax: number): IptablesChange[] {
  const { table, rewrite, deleteChains, addJumps, deleteJumps } = change;
  if (rewrite.reduce((sum, { rules }) => sum + rules.length + 1, deleteChains.length) <= linesMax) return [change];
  const nothing: IptablesChange = { table, rewrite: [], deleteChains: [], addJumps: [], deleteJumps: [] };
  const filled = groups(targetsFirst(rewrite), linesMax).map((chains) => ({ ...nothing, rewrite: chains }));
  const going = groups(
    deleteChains.map((name) => ({ name, rules: [] })),
    linesMax,
  ).filter((chains) => chains.length > 0);
  return [
    ...filled.map((block, index) => (index === filled.length - 1 ? { ...block, addJumps, deleteJumps } : block)),
    ...(going.length > 1 ? going.map((chains) => ({ ...nothing, rewrite: chains })) : []),
    ...going.map((chains) => ({ ...nothing, deleteChains: chains.map(({ name }) => name) })),
  ];
}
