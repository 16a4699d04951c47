import { IPTABLES_TABLES, type IptablesChain, type IptablesJump, type IptablesRuleset, type IptablesTableName } from './ruleset.ts';

/** A chain that the rules of neighbouring services share, and the rule that leads to it. */
export interface IptablesBucket {
  readonly table: IptablesTableName;
  /** The chain in which the rule stands that leads to it. */
  readonly root: string;
  readonly chain: string;
  /** What packets have in common that go through it. */
  readonly match: string;
}

/** A rule in a chain that services share. */
export interface IptablesSharedRule {
  readonly bucket: IptablesBucket;
  readonly rule: string;
}

/** A chain of one service alone. */
export interface IptablesOwnChain extends IptablesChain {
  readonly table: IptablesTableName;
}

/** What one service adds to the frame of a node's chains. */
export interface IptablesContribution {
  /** `namespace/name`: in a bucket, services stand in the order of their labels. */
  readonly label: string;
  readonly chains: readonly IptablesOwnChain[];
  readonly shared: readonly IptablesSharedRule[];
}

/** A chain that is there whatever services there are. The rules that lead to buckets stand behind its own, and `last` behind those. */
export interface IptablesFrameChain extends IptablesChain {
  readonly last: readonly string[];
}

/** What is there whatever services there are, table by table. */
export type IptablesFrame = readonly {
  readonly name: IptablesTableName;
  readonly chains: readonly IptablesFrameChain[];
  readonly jumps: readonly IptablesJump[];
}[];

/** The rule that leads from its root to a bucket. */
export function wayTo({ match, chain }: IptablesBucket): string {
  return `${match} -j ${chain}`;
}

/** The rules of a frame's chain that holds these ways to buckets. */
export function withWays({ rules, last }: IptablesFrameChain, ways: Iterable<string>): readonly string[] {
  return [...rules, ...[...ways].sort(), ...last];
}

function append(lists: Map<string, string[]>, key: string, item: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

const byName = (chains: readonly IptablesChain[]) => [...chains].sort((a, b) => (a.name < b.name ? -1 : 1));
const byLabel = (contributions: Iterable<IptablesContribution>) => [...contributions].sort((a, b) => (a.label < b.label ? -1 : 1));

/** All that is ours: the frame, filled with what each service adds. */
export function iptablesRuleset(frame: IptablesFrame, contributions: Iterable<IptablesContribution>): IptablesRuleset {
  const ordered = byLabel(contributions);
  return {
    tables: IPTABLES_TABLES.map((name) => {
      const buckets = new Map<string, string[]>();
      const ways = new Map<string, Set<string>>();
      for (const { bucket, rule } of ordered.flatMap(({ shared }) => shared)) {
        if (bucket.table !== name) continue;
        append(buckets, bucket.chain, rule);
        ways.set(bucket.root, (ways.get(bucket.root) ?? new Set()).add(wayTo(bucket)));
      }
      const framed = frame.find((table) => table.name === name) ?? { chains: [], jumps: [] };
      const own = ordered.flatMap(({ chains }) => chains.filter(({ table }) => table === name));
      return {
        name,
        chains: byName([
          ...framed.chains.map((chain) => ({ name: chain.name, rules: withWays(chain, ways.get(chain.name) ?? []) })),
          ...Array.from(buckets, ([chain, rules]) => ({ name: chain, rules })),
          ...own.map((chain) => ({ name: chain.name, rules: chain.rules })),
        ]),
        jumps: framed.jumps,
      };
    }),
  };
}
