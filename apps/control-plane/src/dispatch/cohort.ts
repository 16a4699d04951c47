/** About what the hint, the pull and the report of one node cost the control plane, Postgres and Redis together, in ms: nodes are woken no faster, however fast they are back. */
export const MS_PER_NODE = 2;

/** A cohort is waited for so many times its share at the most: who is not back by then does not keep others waiting. A round takes so many times what the fleet costs, and executors wait longer for the next hint (chaseMs). */
export const LONGEST = 3.5;

/** So many times its share the first of a cohort is waited for: what it is to pull is read first, and its report stands back for others. */
const FIRST_BACK = 2.5;

/** A cohort is back when so many of those are that are waited for: a few are always slow, or gone. */
const SHARE_BACK = 0.9;

/** How long a cohort may keep the next one waiting, in ms. */
export interface Pace {
  /** So long at least, however fast its nodes are. */
  readonly leastMs: number;
  /** So long while none of its nodes comes back: its share of what a round costs. */
  readonly shareMs: number;
}

/** Nodes that are woken together, and told of one revision. Times are in ms, by a clock of their own. */
export class Cohort {
  /** Names of its nodes, by their ids. */
  readonly nodes = new Map<string, string>();
  /** There is something that it has not been told of. */
  lacks = true;
  #told = 0;
  #wokenAt = Number.NEGATIVE_INFINITY;
  #lastBackAt = Number.NEGATIVE_INFINITY;
  #awaited = 0;
  readonly #heard = new Set<string>();
  readonly #back = new Set<string>();

  /** What it was told of last. */
  get told(): number {
    return this.#told;
  }

  /** When it was woken last. */
  get wokenAt(): number {
    return this.#wokenAt;
  }

  /** Takes note that it is told of a revision. Those that said nothing since the time before are not waited for: they are gone, or tell other replicas. */
  wake(revision: number, at: number): void {
    this.#awaited = this.#wokenAt === Number.NEGATIVE_INFINITY ? this.nodes.size : this.#heard.size;
    this.#heard.clear();
    this.#back.clear();
    this.#told = revision;
    this.#wokenAt = at;
    this.#lastBackAt = at;
    this.lacks = false;
  }

  /** Takes note that one of its nodes has applied a revision. True when that made the cohort be back. */
  applied(nodeId: string, revision: number, at: number): boolean {
    this.#heard.add(nodeId);
    if (revision < this.#told || this.#back.has(nodeId)) return false;
    const before = this.#isBack;
    this.#back.add(nodeId);
    if (!before) this.#lastBackAt = at;
    return !before && this.#isBack;
  }

  /** Until when it is on its way, as far as that is known now. */
  onItsWayUntil({ leastMs, shareMs }: Pace): number {
    if (this.#wokenAt === Number.NEGATIVE_INFINITY) return this.#wokenAt;
    const took = this.#lastBackAt - this.#wokenAt;
    const wanted = this.#isBack ? took : took + shareMs * (this.#back.size === 0 ? FIRST_BACK : 1);
    return this.#wokenAt + Math.min(Math.max(wanted, leastMs), shareMs * LONGEST);
  }

  get #isBack(): boolean {
    return this.#back.size >= this.#awaited * SHARE_BACK;
  }
}
