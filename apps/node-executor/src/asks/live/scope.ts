import type { LiveSelection } from '@weft/jobs';
import type { KernelKind } from '@weft/model';

/** How much of a kernel is looked at: every part of it is a process or more, and a host may be busy. */
export interface LookScope {
  /** What is of other kinds may be missing; null: nothing is. */
  readonly kinds: ReadonlySet<KernelKind> | null;
  /** Also what is inside pods, of these kinds. */
  readonly pods: boolean;
  /** Also what others have elsewhere, of these kinds. */
  readonly others: boolean;
}

/** As identityOf of @weft/kernel writes them. */
const partsOf = (identity: string) => identity.split('\n', 2) as [kind: KernelKind, place: string];

const isInPod = ([kind, place]: readonly [KernelKind, string]) => place.startsWith('netns ') || kind === 'link';

/** What has to be looked at to answer for a selection. What is asked for by its name is where we would put it. */
export function scopeOf({ kinds, identities, foreign }: LiveSelection): LookScope {
  if (identities === null) return { kinds: kinds === null ? null : new Set(kinds), pods: true, others: foreign !== false };
  const named = identities.map(partsOf);
  return { kinds: new Set(named.map(([kind]) => kind)), pods: named.some(isInPod), others: false };
}

/** True when a look of one scope is one of another as well. */
export function covers(scope: LookScope, other: LookScope): boolean {
  const seen = scope.kinds;
  const kinds = seen === null || (other.kinds !== null && [...other.kinds].every((kind) => seen.has(kind)));
  return kinds && (scope.pods || !other.pods) && (scope.others || !other.others);
}

/** The scope of a look for two. */
export function both(one: LookScope, other: LookScope): LookScope {
  return {
    kinds: one.kinds === null || other.kinds === null ? null : new Set([...one.kinds, ...other.kinds]),
    pods: one.pods || other.pods,
    others: one.others || other.others,
  };
}
