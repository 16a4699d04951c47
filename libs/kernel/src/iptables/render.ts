import type { IptablesChange, IptablesRuleset } from './ruleset.ts';
import { iptablesChainName, iptablesRule } from './text.ts';

const declare = (chain: string) => `:${iptablesChainName(chain)} - [0:0]`;

function renderChange({ table, rewrite, deleteChains, addRules, deleteRules, addJumps, deleteJumps }: IptablesChange): string[] {
  return [
    `*${table}`,
    ...rewrite.map((chain) => declare(chain.name)),
    ...deleteChains.map(declare),
    ...rewrite.flatMap((chain) => chain.rules.map((rule) => `-A ${chain.name} ${iptablesRule(rule)}`)),
    ...deleteRules.map(({ chain, rule }) => `-D ${iptablesChainName(chain)} ${iptablesRule(rule)}`),
    ...addRules.map(({ chain, rule }) => `-A ${iptablesChainName(chain)} ${iptablesRule(rule)}`),
    ...[...addJumps].reverse().map((jump) => `-I ${jump.chain} ${iptablesRule(jump.rule)}`),
    ...deleteJumps.map((jump) => `-D ${jump.chain} ${iptablesRule(jump.rule)}`),
    ...deleteChains.map((chain) => `-X ${chain}`),
    'COMMIT',
  ];
}

/**
 * Changes as one input for `iptables-restore --noflush`; each table is committed as a whole. Declaring a chain creates or empties it, so chains that
 * refer to each other go together. Throws RangeError for a chain that is not ours and for a rule that is not one line.
 */
export function renderIptablesRestore(changes: readonly IptablesChange[]): string {
  return changes
    .flatMap(renderChange)
    .map((line) => `${line}\n`)
    .join('');
}

/** What is ours, as `iptables-save` prints it among the rest. Throws RangeError as renderIptablesRestore does. */
export function renderIptablesSave(ruleset: IptablesRuleset): string {
  return ruleset.tables
    .flatMap(({ name, chains, jumps }) => [
      `*${name}`,
      ...chains.map((chain) => declare(chain.name)),
      ...jumps.map((jump) => `-A ${jump.chain} ${iptablesRule(jump.rule)}`),
      ...chains.flatMap((chain) => chain.rules.map((rule) => `-A ${chain.name} ${iptablesRule(rule)}`)),
      'COMMIT',
    ])
    .map((line) => `${line}\n`)
    .join('');
}
