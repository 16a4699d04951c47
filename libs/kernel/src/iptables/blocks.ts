import { type IptablesChain, type IptablesChange, unchanged } from './ruleset.ts';

/** What a rule leads to: the word behind its last `-j` or `-g`. */
function targetOf(rule: string): string {
  const at = Math.max(rule.lastIndexOf('-j '), rule.lastIndexOf('-g '));
  return at < 0 ? '' : (rule.slice(at + 3).split(' ', 1)[0] ?? '');
}

/** Chains in an order in which every chain stands behind those that its rules lead to. */
function targetsFirst(chains: readonly IptablesChain[]): IptablesChain[] {
  const byName = new Map(chains.map((chain) => [chain.name, chain]));
  const depths = new Map<string, number>();
  const depthOf = ({ name, rules }: IptablesChain): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    let depth = 0;
    for (const rule of rules) {
      const target = byName.get(targetOf(rule));
      if (target !== undefined) depth = Math.max(depth, depthOf(target) + 1);
    }
    depths.set(name, depth);
    return depth;
  };
  return [...chains].sort((a, b) => depthOf(a) - depthOf(b));
}

/** Things in groups of at most some lines; a thing with more is a group of its own. */
function groups<T>(things: readonly T[], linesOf: (thing: T) => number, linesMax: number): T[][] {
  const found: T[][] = [];
  let lines = linesMax;
  for (const thing of things) {
    const own = linesOf(thing);
    if (lines + own > linesMax) {
      found.push([]);
      lines = 0;
    }
    found.at(-1)?.push(thing);
    lines += own;
  }
  return found;
}

const oneLine = () => 1;
const chainLines = ({ rules }: IptablesChain) => rules.length + 1;

/** How many lines a change is said in, but for jumps. */
export function linesOf({ rewrite, deleteChains, addRules, deleteRules }: IptablesChange): number {
  return rewrite.reduce((sum, chain) => sum + chainLines(chain), deleteChains.length + addRules.length + deleteRules.length);
}

/**
 * A change as several of at most some lines each, to be committed one after the other; a small one as it is. No rule leads to a chain that an earlier
 * commit has not made, what packets come by is changed after all that it leads to, and chains are emptied before any of them is deleted. For the nft variant: its
 * time for one commit grows with the square of the chains in it (50,000 services: 136 s at once, 4 to 6 s in blocks), and each holds the kernel's lock on
 * rules. The legacy variant writes the whole table with every commit, so it must have but one.
 */
export function inBlocks(change: IptablesChange, linesMax: number): IptablesChange[] {
  if (linesOf(change) <= linesMax) return [change];
  const { table, rewrite, deleteChains, addRules, deleteRules, addJumps, deleteJumps } = change;
  const nothing = unchanged(table);
  const counting = [
    ...groups(deleteRules, oneLine, linesMax).map((rules) => ({ ...nothing, deleteRules: rules })),
    ...groups(addRules, oneLine, linesMax).map((rules) => ({ ...nothing, addRules: rules })),
  ];
  const filled = groups(targetsFirst(rewrite), chainLines, linesMax).map((chains) => ({ ...nothing, rewrite: chains }));
  const jumps = addJumps.length + deleteJumps.length > 0 ? [{ ...nothing, addJumps, deleteJumps }] : [];
  const made = [...counting, ...filled];
  const going = groups(deleteChains, oneLine, linesMax);
  const emptied = going.length > 1 ? going.map((names) => ({ ...nothing, rewrite: names.map((name) => ({ name, rules: [] })) })) : [];
  return [
    ...made.map((block, index) => (index === made.length - 1 ? { ...block, addJumps, deleteJumps } : block)),
    ...(made.length === 0 ? jumps : []),
    ...emptied,
    ...going.map((names) => ({ ...nothing, deleteChains: names })),
  ];
}
