/**
 * How long a wave of hints to all nodes keeps the next one back, in ms for each node: about what its hint, its pull and its report cost the control plane, Postgres and Redis together. Executors
 * wait for the next wave as long as this and their heartbeat say (chaseMs).
 */
export const WAVE_MS_PER_NODE = 2;

/** At the most so many times that: who is not back by then does not keep the others waiting. Where all take longer, those that are woken a second time before they have pulled cost time as well. */
export const WAVE_LONGEST = 3.5;

/** So many times the shortest wave the first node is waited for: on busy processors what all are to pull is read for a second, and reports stand back for another. */
const FIRST_BACK = 2.5;

/** A wave is over when so many of its nodes are back: a few are always slow, or gone. */
const SHARE_BACK = 0.9;

/** Reports of a wave stand back for pulls no longer than this, in ms, nor longer than half of the shortest wave: who is not back by then is taken to be gone. */
const STAND_BACK_MOST_MS = 1_000;

/** One time that all nodes are woken. Times are in ms, by a clock of their own. */
export class Wave {
  readonly revision: number;
  private readonly nodes: number;
  private readonly startedAt: number;
  private readonly back = new Set<string>();
  private lastBackAt: number;

  constructor(revision: number, nodes: number, startedAt: number) {
    this.revision = revision;
    this.nodes = nodes;
    this.startedAt = startedAt;
    this.lastBackAt = startedAt;
  }

  /** Takes note that a node has applied a revision. True when that made the wave be over. */
  applied(node: string, revision: number, at: number): boolean {
    if (revision < this.revision || this.back.has(node)) return false;
    const before = this.isBack;
    this.back.add(node);
    if (!before) this.lastBackAt = at;
    return !before && this.isBack;
  }

  /** How long reports stand back for nodes that still pull (http/pulls-first.ts), in ms at the most. */
  get standBackMs(): number {
    return Math.min(this.shortestMs / 2, STAND_BACK_MOST_MS);
  }

  /**
   * When the next one may begin, as far as that is known now. Replicas hear of some nodes only, and nodes may be gone: so nobody is waited for when none has come back for as
   * long as the shortest wave takes, once one has.
   */
  get nextAt(): number {
    const shortest = this.shortestMs;
    const took = this.lastBackAt - this.startedAt;
    const wanted = this.isBack ? took : took + shortest * (this.back.size === 0 ? FIRST_BACK : 1);
    return this.startedAt + Math.min(Math.max(wanted, shortest), shortest * WAVE_LONGEST);
  }

  private get shortestMs(): number {
    return this.nodes * WAVE_MS_PER_NODE;
  }

  private get isBack(): boolean {
    return this.back.size >= this.nodes * SHARE_BACK;
  }
}
