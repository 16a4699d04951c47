import {
  EMPTY_CONFIG,
  type IptablesBucket,
  type IptablesChange,
  type IptablesContribution,
  type IptablesFrame,
  type IptablesFrameChain,
  type IptablesRuleset,
  type IptablesTableName,
  inventory,
  iptablesRuleset,
  listedChain,
  rootOf,
  waysTo,
  withWays,
} from '@weft/kernel';
import type { OnLedgerMove } from '../ledger-move.ts';
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

/** A part of our chains as a list of what is in it. */
const listed = (iptables: IptablesRuleset) => inventory({ ...EMPTY_CONFIG, iptables });

/** The chains of a frame by table and name. */
const framedBy = (frame: IptablesFrame): ReadonlyMap<string, IptablesFrameChain> =>
  new Map(frame.flatMap(({ name, chains }) => chains.map((chain) => [key(name, chain.name), chain] as const)));

/** Chains that something is said about, by table. */
type Touched = Map<string, readonly [table: IptablesTableName, chain: string]>;

function touch(touched: Touched, { chains, shared }: IptablesContribution): void {
  for (const { table, name } of chains) touched.set(key(table, name), [table, name]);
  for (const { bucket } of shared)
    for (const one of waysTo(bucket))
      for (const chain of [one.chain, rootOf(one)]) touched.set(key(bucket.table, chain), [bucket.table, chain]);
}

/** A change that rewrites chains where single rules would come or go, at the price of what the others have counted. */
function wholly(change: IptablesChange, after: IptablesRuleset): IptablesChange {
  const named = new Set([...change.addRules, ...change.deleteRules].map(({ chain }) => chain));
  const chains = after.tables.find(({ name }) => name === change.table)?.chains ?? [];
  return { ...change, addRules: [], deleteRules: [], rewrite: [...change.rewrite, ...chains.filter(({ name }) => named.has(name))] };
}

/**
 * The account of a node's iptables chains: the frame, and what each service adds. It says which chains a change of some services rewrites, at a cost that depends
 * on these services and their neighbours in buckets only, and knows the whole.
 */
export class IptablesLedger {
  #frame: IptablesFrame;
  readonly #onMove: OnLedgerMove;
  #framed: ReadonlyMap<string, IptablesFrameChain>;
  readonly #contributions = new Map<string, IptablesContribution>();
  /** Chains of one service alone. */
  readonly #own = new Map<string, readonly string[]>();
  /** By bucket: the rules of each service in it, by its label. */
  readonly #buckets = new Map<string, Map<string, string[]>>();
  /** By root: how many rules there are behind each way to a bucket. */
  readonly #ways = new Map<string, Map<string, number>>();

  /** An account without services. */
  constructor(frame: IptablesFrame, onMove: OnLedgerMove = () => undefined) {
    this.#frame = frame;
    this.#onMove = onMove;
    this.#framed = framedBy(frame);
  }

  /** What is there without services. */
  get frame(): IptablesFrame {
    return this.#frame;
  }

  /** Has another frame from now on, which differs from the one before in chains that no way to a bucket is in. */
  reframe(frame: IptablesFrame): void {
    this.#frame = frame;
    this.#framed = framedBy(frame);
  }

  /** What each service adds now, by its id. */
  get contributions(): ReadonlyMap<string, IptablesContribution> {
    return this.#contributions;
  }

  /** Takes changes in and returns what makes them in the kernel, one restore; nothing when nothing changes. */
  change(changes: IptablesChanges): IptablesChange[] {
    const { before, after } = this.#changed(changes);
    return diffIptables(after, before);
  }

  /** The same for a kernel that has some of what it is to be changed from and some of what it is to be changed to, table by table. */
  takeBack(changes: IptablesChanges): IptablesChange[] {
    const { before, after } = this.#changed(changes);
    return diffIptables(after, before).map((change) => wholly(change, after));
  }

  /** Takes changes in that the kernel gets with the whole. */
  take(changes: IptablesChanges): void {
    for (const id of changes.keys()) this.#withdraw(id);
    for (const [id, contribution] of changes) if (contribution !== null) this.#give(id, contribution);
  }

  /** All that is ours. */
  ruleset(): IptablesRuleset {
    return iptablesRuleset(this.#frame, this.#contributions.values());
  }

  /** The chains that changes are about. */
  #touched(changes: IptablesChanges): Touched {
    const touched: Touched = new Map();
    for (const [id, after] of changes)
      for (const one of [this.#contributions.get(id), after]) if (one !== undefined && one !== null) touch(touched, one);
    return touched;
  }

  /** These before and after the changes are taken in. */
  #changed(changes: IptablesChanges): { readonly before: IptablesRuleset; readonly after: IptablesRuleset } {
    const touched = this.#touched(changes);
    const before = this.#part(touched);
    this.take(changes);
    const after = this.#part(touched);
    this.#onMove({ before: () => listed(before), after: () => listed(after) });
    return { before, after };
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
    for (const one of waysTo(bucket)) {
      const root = key(one.table, rootOf(one));
      const ways = at(this.#ways, root, () => new Map<string, number>());
      const count = (ways.get(one.way) ?? 0) + by;
      if (count > 0) ways.set(one.way, count);
      else ways.delete(one.way);
      if (ways.size === 0) this.#ways.delete(root);
    }
  }

  #rulesOf(name: string): readonly string[] | undefined {
    const ways = this.#ways.get(name);
    const framed = this.#framed.get(name);
    if (framed !== undefined) return withWays(framed, ways?.keys() ?? []);
    if (ways !== undefined) return [...ways.keys()].sort();
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
          return rules === undefined ? [] : [listedChain(chain, rules)];
        }),
      })),
    };
  }
}
