import {
  type IptablesBucket,
  type IptablesChange,
  type IptablesContribution,
  type IptablesFrame,
  type IptablesFrameChain,
  type IptablesRuleset,
  type IptablesTableName,
  iptablesRuleset,
  wayTo,
  withWays,
} from '@weft/kernel';
import { diffIptables } from './diff.ts';

/** What a service adds from now on, by the service's id; null: nothing any more. */
export type IptablesChanges = ReadonlyMap<string, IptablesContribution | null>;

const key = (table: IptablesTableName, chain: string) => `${table} ${chain}`;

/** The value of a key, made and kept when there is none. */
function at<T>(map: Map<string, T>, name: string, make: () => T): T {
  const known = map.get(name);
  if (known !== undefined) return known;
  const made = make();
  map.set(name, made);
  return made;
}

/** Chains that something is said about, by table. */
type Touched = Map<string, readonly [table: IptablesTableName, chain: string]>;

function touch(touched: Touched, { chains, shared }: IptablesContribution): void {
  for (const { table, name } of chains) touched.set(key(table, name), [table, name]);
  for (const { bucket } of shared)
    for (const chain of [bucket.chain, bucket.root]) touched.set(key(bucket.table, chain), [bucket.table, chain]);
}

/**
 * The account of a node's iptables chains: the frame, and what each service adds. It says which chains a change of some services rewrites, at a cost that depends
 * on these services and their neighbours in buckets only, and knows the whole.
 */
export class IptablesLedger {
  readonly #frame: IptablesFrame;
  readonly #framed: ReadonlyMap<string, IptablesFrameChain>;
  readonly #contributions = new Map<string, IptablesContribution>();
  /** Chains of one service alone. */
  readonly #own = new Map<string, readonly string[]>();
  /** By bucket: the rules of each service in it, by its label. */
  readonly #buckets = new Map<string, Map<string, string[]>>();
  /** By root: how many rules there are behind each way to a bucket. */
  readonly #ways = new Map<string, Map<string, number>>();

  /** An account without services. */
  constructor(frame: IptablesFrame) {
    this.#frame = frame;
    this.#framed = new Map(frame.flatMap(({ name, chains }) => chains.map((chain) => [key(name, chain.name), chain] as const)));
  }

  /** What is there without services. */
  get frame(): IptablesFrame {
    return this.#frame;
  }

  /** What each service adds now, by its id. */
  get contributions(): ReadonlyMap<string, IptablesContribution> {
    return this.#contributions;
  }

  /** Takes changes in and returns what makes them in the kernel, one restore; nothing when nothing changes. */
  change(changes: IptablesChanges): IptablesChange[] {
    const touched: Touched = new Map();
    for (const [id, after] of changes)
      for (const one of [this.#contributions.get(id), after]) if (one !== undefined && one !== null) touch(touched, one);
    const had = this.#part(touched);
    this.take(changes);
    return diffIptables(this.#part(touched), had);
  }

  /** Takes changes in that the kernel has, or gets with the whole. */
  take(changes: IptablesChanges): void {
    for (const id of changes.keys()) this.#withdraw(id);
    for (const [id, contribution] of changes) if (contribution !== null) this.#give(id, contribution);
  }

  /** All that is ours. */
  ruleset(): IptablesRuleset {
    return iptablesRuleset(this.#frame, this.#contributions.values());
  }

  #give(id: string, contribution: IptablesContribution): void {
    this.#contributions.set(id, contribution);
    for (const { table, name, rules } of contribution.chains) this.#own.set(key(table, name), rules);
    for (const { bucket, rule } of contribution.shared) {
      const services = at(this.#buckets, key(bucket.table, bucket.chain), () => new Map<string, string[]>());
      at(services, contribution.label, () => []).push(rule);
      this.#count(bucket, 1);
    }
  }

  #withdraw(id: string): void {
    const contribution = this.#contributions.get(id);
    if (contribution === undefined) return;
    this.#contributions.delete(id);
    for (const { table, name } of contribution.chains) this.#own.delete(key(table, name));
    for (const { bucket } of contribution.shared) {
      const name = key(bucket.table, bucket.chain);
      const services = this.#buckets.get(name);
      services?.delete(contribution.label);
      if (services?.size === 0) this.#buckets.delete(name);
      this.#count(bucket, -1);
    }
  }

  #count(bucket: IptablesBucket, by: 1 | -1): void {
    const ways = at(this.#ways, key(bucket.table, bucket.root), () => new Map<string, number>());
    const count = (ways.get(wayTo(bucket)) ?? 0) + by;
    if (count === 0) ways.delete(wayTo(bucket));
    else ways.set(wayTo(bucket), count);
  }

  #rulesOf(name: string): readonly string[] | undefined {
    const framed = this.#framed.get(name);
    if (framed !== undefined) return withWays(framed, this.#ways.get(name)?.keys() ?? []);
    const services = this.#buckets.get(name);
    return services === undefined ? this.#own.get(name) : [...services.keys()].sort().flatMap((label) => services.get(label) ?? []);
  }

  /** All that is ours as if there were no chains but those named here. */
  #part(touched: Touched): IptablesRuleset {
    const tables = Map.groupBy(touched.values(), ([table]) => table);
    return {
      tables: Array.from(tables, ([name, named]) => ({
        name,
        jumps: [],
        chains: named.flatMap(([table, chain]) => {
          const rules = this.#rulesOf(key(table, chain));
          return rules === undefined ? [] : [{ name: chain, rules }];
        }),
      })),
    };
  }
}
