import { checksumOf, type DesiredPull, HeldState, type Merge, mergePull, versionSum } from '@weft/model';

/** Held states that are remembered by what they hold: nodes that came to the same by other ways go on as one. */
const KEPT = 32;

/** What a node's own state has for a checksum with a pull on top of it: a newer one may have what the pull lacks. */
function checksumOn({ state, checksum }: HeldState, pull: DesiredPull): string {
  const told = [...pull.nodes, ...pull.pods, ...pull.services];
  const touched = new Set([...pull.removed, ...told.map(({ id }) => id)]);
  const replaced = [...state.nodes, ...state.pods, ...state.services].filter(({ id }) => touched.has(id));
  return checksumOf(BigInt(`0x${checksum}`) ^ versionSum([...told, ...replaced].map(({ id, revision }) => [id, revision] as const)));
}

/**
 * What came of pulls on top of what nodes of one process hold alike, each merged once, on top of that or of what came of it since: a thousand processes would do it on processors of their own, and hold it in memories of their own. Answers
 * that are the same to the byte have to be one value (SharedPulls).
 */
export class SharedMerges {
  readonly #snapshots = new WeakMap<DesiredPull, Merge>();
  /** What followed a state, by each pull that was merged. */
  readonly #followed = new WeakMap<HeldState, WeakMap<DesiredPull, Merge>>();
  #held: readonly (readonly [string, HeldState])[] = [];
  /** Those that another followed already, which can happen once. */
  readonly #spent = new WeakSet<HeldState>();
  /** What came last, of all nodes. */
  #newest: HeldState | null = null;

  /** As mergePull. */
  readonly merge = (base: HeldState | null, pull: DesiredPull): Merge => {
    if (base === null || pull.kind === 'snapshot') return this.#snapshot(base, pull);
    const followed = this.#followed.get(base) ?? new WeakMap<DesiredPull, Merge>();
    const known = followed.get(pull);
    if (known !== undefined) return known;
    const merge = this.#alike(this.#merged(base, pull));
    if (merge.ok) this.#followed.set(base, followed.set(pull, merge));
    return merge;
  };

  /** Where others went on from the same state, on top of what came last: who is told again of what it knows comes to the same, and a state of its own would cost what there is, not what changed. */
  #merged(base: HeldState, pull: DesiredPull): Merge {
    if (!this.#spent.has(base)) return this.#on(base, pull);
    const onNewest = this.#newest !== null && checksumOn(base, pull) === pull.checksum ? this.#on(this.#newest, pull) : null;
    return onNewest?.ok === true ? onNewest : this.#on(HeldState.of(base.state), pull);
  }

  #on(base: HeldState, pull: DesiredPull): Merge {
    const merge = mergePull(base, pull);
    if (!merge.ok) return merge;
    this.#spent.add(base);
    this.#newest = merge.held;
    return merge;
  }

  #snapshot(base: HeldState | null, pull: DesiredPull): Merge {
    const known = base === null ? this.#snapshots.get(pull) : undefined;
    if (known !== undefined) return known;
    const merge = this.#alike(mergePull(base, pull));
    if (base === null) this.#snapshots.set(pull, merge);
    return merge;
  }

  /** The state that others came to already, where it is the same. */
  #alike(merge: Merge): Merge {
    if (!merge.ok) return merge;
    const { state, checksum } = merge.held;
    const name = `${state.epoch} ${state.revision} ${checksum}`;
    const known = this.#held.find(([other]) => other === name);
    if (known !== undefined) return { ok: true, held: known[1] };
    this.#held = [[name, merge.held] as const, ...this.#held].slice(0, KEPT);
    return merge;
  }
}
