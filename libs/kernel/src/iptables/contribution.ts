import {
  IPTABLES_TABLES,
  type IptablesChain,
  type IptablesJump,
  type IptablesRuleset,
  type IptablesTableName,
  listedChain,
} from './ruleset.ts';

/** A chain that the rules of neighbouring services share. */
export interface IptablesBucket {
  readonly table: IptablesTableName;
  readonly chain: string;
  /** Where the rule stands that leads to it: in a chain of the frame, or in another bucket. */
  readonly from: string | IptablesBucket;
  /** That rule: what packets have in common that go through the bucket, and the jump. */
  readonly way: string;
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

/** The chain in which the rule stands that leads to a bucket. */
export function rootOf({ from }: IptablesBucket): string {
  return typeof from === 'string' ? from : from.chain;
}

/** A bucket and those that lead to it, one by one. */
export function* waysTo(bucket: IptablesBucket): Iterable<IptablesBucket> {
  yield bucket;
  if (typeof bucket.from !== 'string') yield* waysTo(bucket.from);
}

/** The rules of a frame's chain that holds these ways to buckets. */
export function withWays({ rules, last }: IptablesFrameChain, ways: Iterable<string>): readonly string[] {
  return [...rules, ...[...ways].sort(), ...last];
}

/** What the services of one table add to it, put together. */
class Filling {
  readonly own: IptablesChain[] = [];
  /** The rules of each bucket. */
  readonly buckets = new Map<string, string[]>();
  /** The ways that each chain holds. */
  readonly ways = new Map<string, Set<string>>();
  /** The same as `buckets`: most rules come with a bucket that another rule came with. */
  readonly #known = new Map<IptablesBucket, string[]>();

  share({ bucket, rule }: IptablesSharedRule): void {
    const rules = this.#known.get(bucket) ?? this.#open(bucket);
    rules.push(rule);
  }

  /** The rules of a bucket, with the ways that lead to it. */
  #open(bucket: IptablesBucket): string[] {
    const rules = this.buckets.get(bucket.chain) ?? [];
    this.buckets.set(bucket.chain, rules);
    this.#known.set(bucket, rules);
    for (const one of waysTo(bucket)) {
      const root = rootOf(one);
      this.ways.set(root, (this.ways.get(root) ?? new Set()).add(one.way));
    }
    return rules;
  }
}

const byName = (chains: readonly IptablesChain[]) => [...chains].sort((a, b) => (a.name < b.name ? -1 : 1));
const byLabel = (contributions: Iterable<IptablesContribution>) => [...contributions].sort((a, b) => (a.label < b.label ? -1 : 1));

/** All that is ours: the frame, filled with what each service adds. */
export function iptablesRuleset(frame: IptablesFrame, contributions: Iterable<IptablesContribution>): IptablesRuleset {
  const fillings = { filter: new Filling(), mangle: new Filling(), nat: new Filling() };
  for (const { chains, shared } of byLabel(contributions)) {
    for (const { table, name, rules } of chains) fillings[table].own.push({ name, rules });
    for (const one of shared) fillings[one.bucket.table].share(one);
  }
  return {
    tables: IPTABLES_TABLES.map((name) => {
      const { own, buckets, ways } = fillings[name];
      const framed = frame.find((table) => table.name === name) ?? { chains: [], jumps: [] };
      const fixed = framed.chains.map((chain) => ({ name: chain.name, rules: withWays(chain, ways.get(chain.name) ?? []) }));
      for (const { name: root } of framed.chains) ways.delete(root);
      const between = Array.from(ways, ([chain, leading]) => ({ name: chain, rules: [...leading].sort() }));
      const shared = Array.from(buckets, ([chain, rules]) => listedChain(chain, rules));
      return { name, chains: byName([...fixed, ...between, ...shared, ...own]), jumps: framed.jumps };
    }),
  };
}
