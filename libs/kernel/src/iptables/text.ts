import { IPTABLES_CHAIN_PREFIX } from './ruleset.ts';

/** Longest chain name the kernel takes (XT_EXTENSION_MAXNAMELEN is 29 with its NUL). */
export const IPTABLES_CHAIN_MAX = 28;

const CHAIN = new RegExp(`^${IPTABLES_CHAIN_PREFIX}[A-Z0-9-]{1,${IPTABLES_CHAIN_MAX - IPTABLES_CHAIN_PREFIX.length}}$`);

/** One line of printable characters in which every quote is closed; iptables-restore knows backslashes as escapes, so there is none. */
const RULE = /^[ !#-[\]-~]*(?:"[ !#-[\]-~]*"[ !#-[\]-~]*)*$/;

/** The name itself. Throws RangeError when it is not the name of a chain of ours. */
export function iptablesChainName(name: string): string {
  if (!CHAIN.test(name)) throw new RangeError(`not the name of one of our iptables chains: ${JSON.stringify(name)}`);
  return name;
}

/** The rule itself. Throws RangeError when iptables-restore could read it as something else than one rule. */
export function iptablesRule(rule: string): string {
  if (rule === '' || !RULE.test(rule)) throw new RangeError(`not a rule that can be given to iptables-restore: ${JSON.stringify(rule)}`);
  return rule;
}
