import type { IptablesChain, IptablesChange, IptablesRule, IptablesRuleset } from './ruleset.ts';
import { iptablesChainName, iptablesRule } from './text.ts';

const declare = (chain: string) => `:${iptablesChainName(chain)} - [0:0]\n`;

const append = ({ chain, rule }: IptablesRule) => `-A ${iptablesChainName(chain)} ${iptablesRule(rule)}\n`;

/** One text of what each thing comes to. Adding up texts is several times faster than joining a list of a hundred thousand lines. */
function lines<T>(things: readonly T[], text: (thing: T) => string): string {
  let all = '';
  for (const thing of things) all += text(thing);
  return all;
}

function filled({ name, rules }: IptablesChain): string {
  const begin = `-A ${name} `;
  return lines(rules, (rule) => `${begin}${iptablesRule(rule)}\n`);
}

function renderChange({ table, rewrite, deleteChains, addRules, deleteRules, addJumps, deleteJumps }: IptablesChange): string {
  return [
    `*${table}\n`,
    lines(rewrite, ({ name }) => declare(name)),
    lines(deleteChains, declare),
    lines(rewrite, filled),
    lines(deleteRules, ({ chain, rule }) => `-D ${iptablesChainName(chain)} ${iptablesRule(rule)}\n`),
    lines(addRules, append),
    lines(deleteJumps, ({ chain, rule }) => `-D ${chain} ${iptablesRule(rule)}\n`),
    lines([...addJumps].reverse(), ({ chain, rule }) => `-I ${chain} ${iptablesRule(rule)}\n`),
    lines(deleteChains, (chain) => `-X ${chain}\n`),
    'COMMIT\n',
  ].join('');
}

/**
 * Changes as one input for `iptables-restore --noflush`; each table is committed as a whole. Declaring a chain creates or empties it, so chains that
 * refer to each other go together. Throws RangeError for a chain that is not ours and for a rule that is not one line.
 */
export function renderIptablesRestore(changes: readonly IptablesChange[]): string {
  return lines(changes, renderChange);
}

/** What is ours, as `iptables-save` prints it among the rest. Throws RangeError as renderIptablesRestore does. */
export function renderIptablesSave(ruleset: IptablesRuleset): string {
  return lines(
    ruleset.tables,
    ({ name, chains, jumps }) =>
      `*${name}\n${lines(chains, (chain) => declare(chain.name))}${lines(jumps, ({ chain, rule }) => `-A ${chain} ${iptablesRule(rule)}\n`)}${lines(chains, filled)}COMMIT\n`,
  );
}
