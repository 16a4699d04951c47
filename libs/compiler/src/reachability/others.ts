import type { KernelObject } from '@weft/model';
import { type Effect, iptablesEffect, nftEffect, type Seen } from './others-text.ts';

/** A place at which others have rules. */
export type OthersHook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';

interface Chain {
  readonly hook: string;
  /** Chains at a hook are asked by it, the lowest first. */
  readonly priority: number;
  readonly dropsTheRest: boolean;
  readonly object: KernelObject;
  readonly rules: readonly KernelObject[];
  readonly effect: (text: string, seen: Seen) => Effect;
}

/** What others do to a packet at a hook. */
export interface OthersVerdict {
  /** The rule, or the policy of a chain, that ends it; null: none that is understood. */
  readonly by: KernelObject | null;
  readonly refuses: boolean;
  /** Those that may end it, and are not understood. */
  readonly doubts: readonly KernelObject[];
}

const BASE = /hook (\w+) priority (-?\d+)/;
const OUR_FAMILIES = /^table (?:ip|inet) /;

/** Where the chains of an iptables table stand (iptables(8), linux/netfilter_ipv4.h). */
const TABLE_PRIORITY: Readonly<Record<string, number>> = { raw: -300, mangle: -150, filter: 0, security: 50 };

/** Base chains of others that see IPv4 packets and filter them. */
function chainsOf(others: readonly KernelObject[]): Chain[] {
  const rulesIn = Map.groupBy(others, ({ kind, place }) => `${kind} ${place}`);
  return others.flatMap((object): Chain[] => {
    const { kind, place, key, text } = object;
    if (kind === 'nft-chain' && OUR_FAMILIES.test(place)) {
      const [, hook, priority] = BASE.exec(text) ?? [];
      const rules = rulesIn.get(`nft-rule ${place} chain ${key}`) ?? [];
      return hook === undefined
        ? []
        : [{ hook, priority: Number(priority), dropsTheRest: text.includes('policy drop'), object, rules, effect: nftEffect }];
    }
    const [, table = ''] = /^table (\w+)$/.exec(place) ?? [];
    const priority = TABLE_PRIORITY[table];
    if (kind !== 'iptables-chain' || priority === undefined || !text.startsWith('-P ')) return [];
    const rules = rulesIn.get(`iptables-rule ${place} chain ${key}`) ?? [];
    return [{ hook: key.toLowerCase(), priority, dropsTheRest: text.endsWith(' DROP'), object, rules, effect: iptablesEffect }];
  });
}

/** What one chain does, from its first rule on. */
function verdictOf({ rules, effect, dropsTheRest, object }: Chain, seen: Seen): OthersVerdict {
  const doubts: KernelObject[] = [];
  for (const rule of rules) {
    const does = effect(rule.text, seen);
    if (does === 'unknown') doubts.push(rule);
    if (does === 'pass') return { by: null, refuses: false, doubts };
    if (does === 'drop' || does === 'reject') return { by: rule, refuses: does === 'reject', doubts };
  }
  // Where a rule is not understood it may be the one that lets the packet pass.
  if (dropsTheRest && doubts.length === 0) return { by: object, refuses: false, doubts };
  return { by: null, refuses: false, doubts: dropsTheRest ? [...doubts, object] : doubts };
}

/**
 * The filter rules that others have on a host beside ours, as far as they are understood: base chains of nftables and built-in chains of iptables, and in them what asks for
 * addresses, protocols, ports and states. What they lead to is a doubt and no verdict.
 */
export class Others {
  readonly #chains: readonly Chain[];

  constructor(objects: readonly KernelObject[]) {
    this.#chains = chainsOf(objects).sort((a, b) => a.priority - b.priority);
  }

  /** What they do to a packet at a hook, by chains whose priority is in a range. */
  at(hook: OthersHook, [from, to]: readonly [from: number, to: number], seen: Seen): OthersVerdict {
    const doubts: KernelObject[] = [];
    for (const chain of this.#chains.filter((one) => one.hook === hook && one.priority > from && one.priority <= to)) {
      const verdict = verdictOf(chain, seen);
      doubts.push(...verdict.doubts);
      if (verdict.by !== null) return { ...verdict, doubts };
    }
    return { by: null, refuses: false, doubts };
  }
}
