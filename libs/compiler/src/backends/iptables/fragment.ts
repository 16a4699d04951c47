import {
  IPTABLES_BUILT_IN_CHAINS,
  IPTABLES_TABLES,
  type IptablesChain,
  type IptablesJump,
  type IptablesRuleset,
  type IptablesTableName,
} from '@weft/kernel';

/** What one feature adds to one table. */
export interface IptablesFragment {
  readonly table: IptablesTableName;
  readonly chains: readonly IptablesChain[];
  readonly jumps: readonly IptablesJump[];
}

/** `-m comment`, as iptables-save prints it: quoted, which it does for every comment with a space or a slash. */
export function comment(text: string): string {
  return `-m comment --comment "${text}"`;
}

/** A jump from a built-in chain; `match` goes before what the jump is for. */
export function jump(chain: IptablesJump['chain'], to: string, purpose: string, match = ''): IptablesJump {
  return { chain, rule: `${comment(`weft: ${purpose}`)} ${match}-j ${to}` };
}

const byName = (chains: readonly IptablesChain[]) => [...chains].sort((a, b) => (a.name < b.name ? -1 : 1));

const byBuiltInChain = (jumps: readonly IptablesJump[]) =>
  IPTABLES_BUILT_IN_CHAINS.flatMap((chain) => jumps.filter((candidate) => candidate.chain === chain));

/** Puts the features' fragments together, table by table. */
export function assemble(fragments: readonly IptablesFragment[]): IptablesRuleset {
  return {
    tables: IPTABLES_TABLES.map((name) => {
      const own = fragments.filter((fragment) => fragment.table === name);
      return { name, chains: byName(own.flatMap(({ chains }) => chains)), jumps: byBuiltInChain(own.flatMap(({ jumps }) => jumps)) };
    }),
  };
}
