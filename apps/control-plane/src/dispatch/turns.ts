import { Cohort, MS_PER_NODE, type Pace } from './cohort.ts';

/** So many nodes are woken together at the most: enough that what they are told is read and put into words once for many, few enough that they are back while it is new. */
const TOGETHER = 128;

/** So many cohorts are on their way at a time while changes keep coming: while one applies and reports, the other pulls. */
const AT_A_TIME = 2;

/** With so many times the cohorts that its nodes need a fleet is parted anew. */
const TOO_MANY = 2;

/** Reports stand back for pulls no longer than this, in ms, nor longer than half of what the nodes on their way cost: who has not pulled by then is taken to be gone. */
const STAND_BACK_MOST_MS = 1_000;

/** A node that can be woken. */
export interface Wakeable {
  readonly id: string;
  readonly name: string;
}

/** Those that are woken now, and what they are told of. */
interface Woken {
  readonly names: readonly string[];
  readonly revision: number;
}

/**
 * Whose turn it is to be woken: of those that lack something the cohort that was woken longest ago. For a change that comes alone it is the turn of all, one after the other; while changes keep
 * coming few are on their way at a time, so that a change is on the last node about a round after its commit. With all of them at once it would be two: what comes just after a round has begun
 * waits for its end. Times are in ms, by a clock of their own.
 */
export class Turns {
  #cohorts: Cohort[] = [];
  readonly #cohortOf = new Map<string, Cohort>();
  /** What all are to be told of; 0: nobody lacks anything. */
  #pending = 0;
  /** Nobody was on the way, nor has anything come since. */
  #isAlone = false;
  #waits = true;

  /** All nodes are to be told of a revision. */
  tell(revision: number, at: number): void {
    this.#isAlone = !this.isPending && this.#onTheirWay(at).length === 0;
    this.#pending = Math.max(this.#pending, revision);
    for (const cohort of this.#cohorts) cohort.lacks = true;
  }

  /** Some lack something. */
  get isPending(): boolean {
    return this.#pending > 0;
  }

  /** Takes note of what nodes there are. One that is new lacks everything, and knows it. */
  settle(nodes: readonly Wakeable[]): void {
    const ids = new Set(nodes.map(({ id }) => id));
    for (const [id, cohort] of this.#cohortOf) if (!ids.has(id)) this.#leave(id, cohort);
    this.#cohorts = this.#cohorts.filter((cohort) => cohort.nodes.size > 0);
    if (this.#cohorts.length > TOO_MANY * Math.ceil(nodes.length / TOGETHER)) this.#part();
    for (const { id, name } of nodes) {
      const cohort = this.#cohortOf.get(id) ?? this.#withRoom();
      cohort.nodes.set(id, name);
      this.#cohortOf.set(id, cohort);
    }
  }

  /** True when it is somebody's turn, or nobody knows who there is. */
  isTurn(at: number): boolean {
    return this.isPending && (this.#cohorts.length === 0 || this.#due(at) !== undefined);
  }

  /** Wakes those whose turn it is. */
  take(at: number): Woken {
    const revision = this.#pending;
    const due = this.#due(at);
    due?.wake(revision, at);
    if (!this.#cohorts.some(({ lacks }) => lacks)) this.#pending = 0;
    return { names: [...(due?.nodes.values() ?? [])], revision };
  }

  /** How long it is nobody's turn when nobody comes back, in ms, where it is nobody's now. */
  waitMs(at: number): number {
    return Math.min(...this.#onTheirWay(at).map((cohort) => this.#until(cohort) - at));
  }

  /** Takes note that a node has applied a revision. True when it may be the turn of others now. */
  applied(nodeId: string, revision: number, at: number): boolean {
    return this.#cohortOf.get(nodeId)?.applied(nodeId, revision, at) ?? false;
  }

  /** From now on it is everybody's turn. */
  waitForNobody(): void {
    this.#waits = false;
  }

  /** True when all were told of a revision, or of a newer one. */
  haveBeenTold(revision: number): boolean {
    return this.#cohorts.length > 0 && this.#cohorts.every(({ told }) => told >= revision);
  }

  /** How long reports stand back for nodes that still pull (http/pulls-first.ts), in ms at the most. */
  standBackMs(at: number): number {
    const nodes = this.#onTheirWay(at).reduce((sum, cohort) => sum + cohort.nodes.size, 0);
    return Math.min((nodes * MS_PER_NODE) / 2, STAND_BACK_MOST_MS);
  }

  #due(at: number): Cohort | undefined {
    if (this.#waits && !this.#isAlone && this.#onTheirWay(at).length >= AT_A_TIME) return undefined;
    const lacking = this.#cohorts.filter((cohort) => cohort.lacks && (!this.#waits || this.#until(cohort) <= at));
    return lacking.sort((one, other) => one.wokenAt - other.wokenAt)[0];
  }

  #onTheirWay(at: number): Cohort[] {
    return this.#cohorts.filter((cohort) => this.#until(cohort) > at);
  }

  #until(cohort: Cohort): number {
    return cohort.onItsWayUntil(this.#pace);
  }

  get #pace(): Pace {
    const nodes = this.#cohortOf.size;
    return {
      leastMs: Math.min(nodes, TOGETHER) * MS_PER_NODE,
      shareMs: nodes * MS_PER_NODE * Math.min(1, AT_A_TIME / this.#cohorts.length),
    };
  }

  #leave(id: string, cohort: Cohort): void {
    cohort.nodes.delete(id);
    this.#cohortOf.delete(id);
  }

  /** Nobody is in a cohort any more. */
  #part(): void {
    this.#cohorts = [];
    this.#cohortOf.clear();
  }

  #withRoom(): Cohort {
    const known = this.#cohorts.find(({ nodes }) => nodes.size < TOGETHER);
    if (known !== undefined) return known;
    const cohort = new Cohort();
    this.#cohorts.push(cohort);
    return cohort;
  }
}
