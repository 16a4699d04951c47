import {
  IPTABLES_BUILT_IN_CHAINS,
  IPTABLES_TABLES,
  type IptablesChain,
  type IptablesFrame,
  type IptablesJump,
  type IptablesTableName,
} from '@weft/kernel';
import { comment } from './rule-text.ts';

/** What one feature adds to one table, whatever services there are. Ways to buckets stand behind a chain's rules, `last` behind those. */
export interface IptablesFragment {
  readonly table: IptablesTableName;
  readonly chains: readonly (IptablesChain & { readonly last?: readonly string[] })[];
  readonly jumps: readonly IptablesJump[];
}

/** A jump from a built-in chain of packets that match; `link` says by which link they come or go, as iptables-save prints it first. */
export function jump(chain: IptablesJump['chain'], to: string, purpose: string, match = '', link = ''): IptablesJump {
  return { chain, rule: `${link}${comment(`weft: ${purpose}`)} ${match}-j ${to}` };
}

const byBuiltInChain = (jumps: readonly IptablesJump[]) =>
  IPTABLES_BUILT_IN_CHAINS.flatMap((chain) => jumps.filter((candidate) => candidate.chain === chain));

/** Puts together, table by table, what features add. */
export function frameOf(fragments: readonly IptablesFragment[]): IptablesFrame {
  return IPTABLES_TABLES.map((name) => {
    const own = fragments.filter((fragment) => fragment.table === name);
    return {
      name,
      chains: own.flatMap(({ chains }) => chains).map((chain) => ({ ...chain, last: chain.last ?? [] })),
      jumps: byBuiltInChain(own.flatMap(({ jumps }) => jumps)),
    };
  });
}
