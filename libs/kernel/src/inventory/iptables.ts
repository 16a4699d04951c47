import type { KernelObject } from '@weft/model';
import { type IptablesChain, type IptablesRuleset, type IptablesTable, type IptablesTableName, listedChain } from '../iptables/ruleset.ts';
import { orderedObjects } from './identity.ts';

/** A chain of ours and its rules; of a chain that only counts, by their text. */
export function iptablesChainObjects(table: IptablesTableName, chain: IptablesChain): KernelObject[] {
  const { name, rules } = listedChain(chain.name, chain.rules);
  return [
    { kind: 'iptables-chain', place: `table ${table}`, key: name, text: `-N ${name}` },
    ...orderedObjects('iptables-rule', `table ${table} chain ${name}`, rules),
  ];
}

function jumpObjects({ name, jumps }: IptablesTable): KernelObject[] {
  const byChain = Map.groupBy(jumps, ({ chain }) => chain);
  return [...byChain].flatMap(([chain, own]) =>
    orderedObjects(
      'iptables-jump',
      `table ${name} chain ${chain}`,
      own.map(({ rule }) => rule),
    ),
  );
}

/** Our chains and the jumps to them. */
export function* iptablesObjects({ tables }: IptablesRuleset): Generator<KernelObject> {
  for (const table of tables) {
    for (const chain of table.chains) yield* iptablesChainObjects(table.name, chain);
    yield* jumpObjects(table);
  }
}
