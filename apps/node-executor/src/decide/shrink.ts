import type { DesiredState } from '@weft/model';

/** Below this many objects losing half of them is ordinary. */
const SMALLEST_GUARDED = 20;

/** A snapshot that would take away more than half of what the node holds. */
export interface Shrink {
  readonly held: number;
  readonly dropped: number;
}

function ids(state: DesiredState): Set<string> {
  return new Set([...state.nodes, ...state.pods, ...state.services].map(({ id }) => id));
}

/**
 * Whether a snapshot is implausibly smaller than what the node holds in the same epoch: it lacks more than half of at least 20 objects. A delta
 * names what it removes and is believed; a snapshot removes by leaving out, as a reader that failed half-way does too.
 */
export function implausibleShrink(held: DesiredState, snapshot: DesiredState): Shrink | null {
  if (held.epoch !== snapshot.epoch) return null;
  const before = ids(held);
  const after = ids(snapshot);
  const dropped = [...before].filter((id) => !after.has(id)).length;
  return before.size >= SMALLEST_GUARDED && dropped * 2 > before.size ? { held: before.size, dropped } : null;
}
