import type { Sought } from './sought.ts';

/** A rule, with what it has counted or as a command of a table; `-A -t …` is ipvsadm's. */
const RULE = /^(?:\[\d+:\d+\] )?(?:iptables )?(?:-t (\S+) )?-[AI] ([^-\s]\S*) (.+)$/;
const CHAIN = /^(?::(\S+) \S+ \[\d+:\d+\]|-[NP] (\S+).*)$/;

/** What a line of `iptables-save` or `iptables -S` tells of. */
export function pastedIptables(line: string): Sought[] {
  const [, table, chain, rule] = RULE.exec(line) ?? [];
  if (chain !== undefined && rule !== undefined)
    return [
      { kinds: ['iptables-rule', 'iptables-jump'], place: `${table === undefined ? '' : `table ${table}`} chain ${chain}`, key: rule },
    ];
  const [, declared, made] = CHAIN.exec(line) ?? [];
  const name = declared ?? made;
  return name === undefined ? [] : [{ kinds: ['iptables-chain'], key: name }];
}
