import type { KernelObject } from '@weft/model';
import { orderedObjects } from '../inventory/identity.ts';
import { IPTABLES_CHAIN_PREFIX } from '../iptables/ruleset.ts';

const TO_OURS = new RegExp(`(?:^| )-[jg] ${IPTABLES_CHAIN_PREFIX}\\S+$`);
const APPEND = /^-A (\S+) (.*)$/;

/** Names of the tables that `iptables-save` prints. */
export function savedTables(text: string): string[] {
  return Array.from(text.matchAll(/^\*(\S+)$/gm), ([, name = '']) => name);
}

/** What `iptables-save` prints that is not ours: other chains, built-in ones with their policy, and their rules but for the jumps to our chains. */
export function foreignIptablesObjects(text: string): KernelObject[] {
  return text.split(/^\*/m).flatMap((section) => {
    const [name = '', ...lines] = section.split('\n');
    const place = `table ${name}`;
    const rules = new Map<string, string[]>();
    const chains: KernelObject[] = [];
    for (const line of lines) {
      const [, declared, policy] = /^:(\S+) (\S+)/.exec(line) ?? [];
      const [, chain, rule] = APPEND.exec(line) ?? [];
      if (declared !== undefined && !declared.startsWith(IPTABLES_CHAIN_PREFIX)) {
        rules.set(declared, []);
        chains.push({ kind: 'iptables-chain', place, key: declared, text: policy === '-' ? `-N ${declared}` : `-P ${declared} ${policy}` });
      } else if (chain !== undefined && rule !== undefined && !TO_OURS.test(rule)) rules.get(chain)?.push(rule);
    }
    return chains.flatMap((chain) => [
      chain,
      ...orderedObjects('iptables-rule', `${place} chain ${chain.key}`, rules.get(chain.key) ?? []),
    ]);
  });
}
