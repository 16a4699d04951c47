import {
  IPTABLES_BUILT_IN_CHAINS,
  IPTABLES_TABLES,
  type IptablesChange,
  type IptablesJump,
  type IptablesRuleset,
  type IptablesTable,
  listedChain,
} from '@weft/kernel';

const targetOf = (rule: string) => /-[jg] (WEFT-\S+)/.exec(rule)?.[1];
const textOf = ({ chain, rule }: IptablesJump) => `${chain} ${rule}`;

function withoutOne(jumps: readonly IptablesJump[], gone: IptablesJump): IptablesJump[] {
  const at = jumps.findIndex((jump) => textOf(jump) === textOf(gone));
  if (at < 0) throw new Error(`no such rule: ${textOf(gone)}`);
  return jumps.toSpliced(at, 1);
}

function restore(table: IptablesTable, change: IptablesChange): IptablesTable {
  const chains = new Map(table.chains.map((chain) => [chain.name, chain]));
  for (const chain of change.rewrite) chains.set(chain.name, chain);
  for (const { chain, rule } of change.deleteRules) {
    const rules = chains.get(chain)?.rules ?? [];
    if (!rules.includes(rule)) throw new Error(`no such rule in ${chain}: ${rule}`);
    chains.set(chain, listedChain(chain, rules.toSpliced(rules.indexOf(rule), 1)));
  }
  for (const { chain, rule } of change.addRules) {
    const there = chains.get(chain);
    if (there === undefined) throw new Error(`no such chain: ${chain}`);
    chains.set(chain, listedChain(chain, [...there.rules, rule]));
  }
  for (const name of change.deleteChains) if (!chains.delete(name)) throw new Error(`no such chain: ${name}`);
  const jumps = [...change.addJumps, ...change.deleteJumps.reduce<readonly IptablesJump[]>(withoutOne, table.jumps)];
  for (const rule of [...jumps.map((jump) => jump.rule), ...[...chains.values()].flatMap(({ rules }) => rules)]) {
    const target = targetOf(rule);
    if (target !== undefined && !chains.has(target)) throw new Error(`a rule leads to ${target}, which is not there: ${rule}`);
  }
  const order = ({ chain }: IptablesJump) => IPTABLES_BUILT_IN_CHAINS.indexOf(chain);
  return {
    name: table.name,
    chains: [...chains.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    jumps: [...jumps].sort((a, b) => order(a) - order(b)),
  };
}

/** What one restore makes of a ruleset, commit by commit. Throws Error when a rule leads to a chain that is not there, or when what is to go never was. */
export function applyIptables(ruleset: IptablesRuleset | null, changes: readonly IptablesChange[]): IptablesRuleset | null {
  const tables = IPTABLES_TABLES.map((name) => {
    const before = ruleset?.tables.find((table) => table.name === name) ?? { name, chains: [], jumps: [] };
    return changes.filter(({ table }) => table === name).reduce(restore, before);
  }).filter(({ chains, jumps }) => chains.length + jumps.length > 0);
  return tables.length === 0 ? null : { tables };
}
