import {
  IPTABLES_TABLES,
  type IptablesChain,
  type IptablesChange,
  type IptablesJump,
  type IptablesRule,
  type IptablesRuleset,
  type IptablesTable,
  isCountingChain,
} from '@weft/kernel';

const NOTHING: Pick<IptablesTable, 'chains' | 'jumps'> = { chains: [], jumps: [] };

function sameRules(a: IptablesChain, b: IptablesChain | undefined): boolean {
  return b !== undefined && (a.rules === b.rules || (a.rules.length === b.rules.length && a.rules.every((rule, i) => rule === b.rules[i])));
}

/** The jumps of `a` that `b` does not have as often. */
function surplus(a: readonly IptablesJump[], b: readonly IptablesJump[]): IptablesJump[] {
  const rest = b.map((jump) => `${jump.chain} ${jump.rule}`);
  return a.filter((jump) => {
    const at = rest.indexOf(`${jump.chain} ${jump.rule}`);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

/**
 * The jumps that come and that go in one built-in chain. What comes is put at its head; where that does not give their order, all go and come again: packets meet them one after the other.
 */
function jumpsMoved(desired: readonly IptablesJump[], observed: readonly IptablesJump[]): Pick<IptablesChange, 'addJumps' | 'deleteJumps'> {
  const [come, gone] = [surplus(desired, observed), surplus(observed, desired)];
  const ruleOf = ({ rule }: IptablesJump) => rule;
  const stay = surplus(observed, gone).map(ruleOf);
  const result = [...come.map(ruleOf), ...stay];
  return desired.every(({ rule }, at) => rule === result[at])
    ? { addJumps: come, deleteJumps: gone }
    : { addJumps: desired, deleteJumps: observed };
}

/** The same in all built-in chains of a table. */
function allJumpsMoved(
  desired: readonly IptablesJump[],
  observed: readonly IptablesJump[],
): Pick<IptablesChange, 'addJumps' | 'deleteJumps'> {
  const inChain = (jumps: readonly IptablesJump[], name: string) => jumps.filter(({ chain }) => chain === name);
  const chains = [...new Set([...desired, ...observed].map(({ chain }) => chain))];
  const moved = chains.map((name) => jumpsMoved(inChain(desired, name), inChain(observed, name)));
  return { addJumps: moved.flatMap(({ addJumps }) => addJumps), deleteJumps: moved.flatMap(({ deleteJumps }) => deleteJumps) };
}

/** The rules that chains that count have beyond those that they have there. */
function beyond(chains: readonly IptablesChain[], there: ReadonlyMap<string, IptablesChain>): IptablesRule[] {
  return chains.flatMap(({ name: chain, rules }) => {
    const others = new Set(there.get(chain)?.rules);
    return rules.filter((rule) => !others.has(rule)).map((rule) => ({ chain, rule }));
  });
}

/**
 * The parts of one `iptables-restore --noflush` that turn what is ours in iptables into what is desired; nothing when they are equal. Only chains whose
 * rules differ are rewritten; of one that counts, single rules come and go, so that the others go on counting. A chain that is not wanted any more is emptied with the rewritten ones and deleted last, when nothing leads to it.
 * A jump that is missing is put at the head of its built-in chain, one that is there too often is deleted as often; jumps in another order are put there anew.
 */
export function diffIptables(desired: IptablesRuleset | null, observed: IptablesRuleset | null): IptablesChange[] {
  if (desired === observed) return [];
  const find = (ruleset: IptablesRuleset | null, name: IptablesTable['name']) =>
    ruleset?.tables.find((table) => table.name === name) ?? NOTHING;
  return IPTABLES_TABLES.map((table) => {
    const after = find(desired, table);
    const before = find(observed, table);
    const had = new Map(before.chains.map((chain) => [chain.name, chain]));
    const has = new Map(after.chains.map((chain) => [chain.name, chain]));
    const differing = after.chains.filter((chain) => !sameRules(chain, had.get(chain.name)));
    const counting = differing.filter(({ name }) => isCountingChain(name) && had.has(name));
    return {
      table,
      rewrite: differing.filter((chain) => !counting.includes(chain)),
      deleteChains: before.chains.map((chain) => chain.name).filter((name) => !has.has(name)),
      addRules: beyond(counting, had),
      deleteRules: beyond(
        counting.flatMap(({ name }) => had.get(name) ?? []),
        has,
      ),
      ...allJumpsMoved(after.jumps, before.jumps),
    };
  }).filter(({ table: _, ...parts }) => Object.values(parts).some((part) => part.length > 0));
}
