import {
  IPTABLES_BUILT_IN_CHAINS,
  IPTABLES_CHAIN_PREFIX,
  IPTABLES_TABLES,
  type IptablesChain,
  type IptablesChange,
  type IptablesJump,
  type IptablesRule,
  type IptablesRuleset,
  type IptablesTable,
  listedChain,
} from '@weft/kernel';
import { FakeRefusal } from './fake-state.ts';

const BAD_RULE = 'iptables-restore: Bad rule (does a matching rule exist in that chain?).';

const sameJump = (a: IptablesJump, b: IptablesJump) => a.chain === b.chain && a.rule === b.rule;
const targetOf = (rule: string) => /-[jg] (\S+)/.exec(rule)?.[1];

const place = ({ chain }: IptablesJump) => IPTABLES_BUILT_IN_CHAINS.indexOf(chain);

/** A chain with the single rules of a change. */
function withRules({ name, rules }: IptablesChain, { addRules, deleteRules }: IptablesChange): IptablesChain {
  const mine = ({ chain }: IptablesRule) => chain === name;
  const gone = deleteRules.filter(mine).map(({ rule }) => rule);
  if (gone.some((rule) => !rules.includes(rule))) throw new FakeRefusal(BAD_RULE);
  return listedChain(name, [...rules.filter((rule) => !gone.includes(rule)), ...addRules.filter(mine).map(({ rule }) => rule)]);
}

function restore(table: IptablesTable, change: IptablesChange): IptablesTable {
  const rewritten = new Set(change.rewrite.map(({ name }) => name));
  const deleted = new Set(change.deleteChains);
  const kept = [...table.chains.filter(({ name }) => !rewritten.has(name) && !deleted.has(name)), ...change.rewrite];
  const chains = kept.map((chain) => withRules(chain, change));
  for (const jump of change.deleteJumps) if (!table.jumps.some((other) => sameJump(other, jump))) throw new FakeRefusal(BAD_RULE);
  const left = table.jumps.filter((jump) => !change.deleteJumps.some((gone) => sameJump(gone, jump)));
  const jumps = [...change.addJumps, ...left].sort((a, b) => place(a) - place(b));
  const names = new Set(chains.map(({ name }) => name));
  const rules = [...chains.flatMap((chain) => chain.rules), ...jumps.map(({ rule }) => rule)];
  const missing = rules.map(targetOf).find((target) => target?.startsWith(IPTABLES_CHAIN_PREFIX) && !names.has(target));
  if (missing !== undefined) throw new FakeRefusal(`iptables-restore: Chain '${missing}' does not exist`);
  return { ...table, chains: chains.sort((a, b) => (a.name < b.name ? -1 : 1)), jumps };
}

/** What one `iptables-restore --noflush` makes of a host's tables. Throws FakeRefusal for a jump to a chain that is not there. */
export function runIptables(ruleset: IptablesRuleset, changes: readonly IptablesChange[]): IptablesRuleset {
  return changes.reduce<IptablesRuleset>(({ tables }, change) => {
    const table = tables.find(({ name }) => name === change.table) ?? { name: change.table, chains: [], jumps: [] };
    return { tables: [...tables.filter(({ name }) => name !== change.table), restore(table, change)] };
  }, ruleset);
}

/** What of a ruleset is ours; null when nothing is. */
export function ourIptables({ tables }: IptablesRuleset): IptablesRuleset | null {
  const ours = tables
    .map((table) => ({
      ...table,
      chains: table.chains.filter(({ name }) => name.startsWith(IPTABLES_CHAIN_PREFIX)),
      jumps: table.jumps.filter(({ rule }) => targetOf(rule)?.startsWith(IPTABLES_CHAIN_PREFIX)),
    }))
    .filter(({ chains, jumps }) => chains.length > 0 || jumps.length > 0);
  const order = ({ name }: IptablesTable) => IPTABLES_TABLES.indexOf(name);
  return ours.length === 0 ? null : { tables: ours.sort((a, b) => order(a) - order(b)) };
}
