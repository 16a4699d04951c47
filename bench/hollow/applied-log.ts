import type { Applied } from './protocol.ts';

/** A change as it was committed: `at` in ms since 1970. */
export interface Committed {
  readonly revision: number;
  readonly at: number;
}

/** When each node of a fleet made which revision true. */
export class AppliedLog {
  readonly #nodes = new Map<number, { readonly revision: number; readonly at: number }[]>();

  /** Takes in what nodes did, in the order in which each did it. */
  take(applied: readonly Applied[]): void {
    for (const [node, revision, at] of applied) {
      const entries = this.#nodes.get(node) ?? [];
      this.#nodes.set(node, entries);
      if ((entries.at(-1)?.revision ?? 0) < revision) entries.push({ revision, at });
    }
  }

  /** How many nodes have made a revision, or a newer one, true. */
  reached(revision: number): number {
    return [...this.#nodes.values()].filter((entries) => (entries.at(-1)?.revision ?? 0) >= revision).length;
  }

  /** When a node first made anything true, in ms since 1970; null: not yet. */
  first(node: number): number | null {
    return this.#nodes.get(node)?.[0]?.at ?? null;
  }

  /** How many times nodes came to something new after a revision, all together. */
  steps(after: number): number {
    return [...this.#nodes.values()].reduce((sum, entries) => sum + entries.filter(({ revision }) => revision > after).length, 0);
  }

  /** For each node that made a revision true, when it did. */
  times(revision: number): number[] {
    return [...this.#nodes.values()].flatMap((entries) => entries.find((entry) => entry.revision >= revision)?.at ?? []);
  }

  /** Milliseconds from each commit, ascending by revision, to the last node that made it true. Commits that a node never made true are left out. */
  lags(commits: readonly Committed[]): number[] {
    const last = commits.map(() => 0);
    for (const entries of this.#nodes.values()) {
      let next = 0;
      for (const [index, { revision }] of commits.entries()) {
        while ((entries[next]?.revision ?? Number.POSITIVE_INFINITY) < revision) next += 1;
        last[index] = Math.max(last[index] ?? 0, entries[next]?.at ?? Number.POSITIVE_INFINITY);
      }
    }
    return commits.flatMap(({ at }, index) => (Number.isFinite(last[index] ?? 0) ? [(last[index] ?? 0) - at] : []));
  }
}
