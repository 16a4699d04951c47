import { IPTABLES_CHAIN_PREFIX, type IptablesRuleset, type IptablesTable } from '@weft/kernel';
import { type Finding, findings } from './finding.ts';

const TARGET = new RegExp(`-[jg] (${IPTABLES_CHAIN_PREFIX}\\S+)`);

function tableFindings({ name, chains, jumps }: IptablesTable): Finding[] {
  const rules = [
    ...chains.flatMap((chain) => chain.rules.map((rule) => ({ where: chain.name, rule }))),
    ...jumps.map((jump) => ({ where: jump.chain as string, rule: jump.rule })),
  ];
  const targets = rules.flatMap(({ where, rule }) => {
    const target = TARGET.exec(rule)?.[1];
    return target === undefined ? [] : [{ where, target }];
  });
  const declared = new Set(chains.map((chain) => chain.name));
  return findings('ChainMissing', targets, ({ where, target }) => (declared.has(target) ? null : `${name} ${where}: ${target}`));
}

/** What is wrong with our iptables chains: jumps that lead nowhere. */
export function iptablesFindings({ tables }: IptablesRuleset): Finding[] {
  return tables.flatMap(tableFindings);
}
