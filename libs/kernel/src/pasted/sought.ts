import type { KernelKind, KernelObject } from '@weft/model';
import { isOrdered } from '../inventory/identity.ts';

/** What somebody looks for in a kernel. */
export interface Sought {
  readonly kinds: readonly KernelKind[];
  /** What its place ends with; missing: any place. */
  readonly place?: string;
  readonly key: string;
}

/** True for what is sought. A rule is found by its text, however often that stands there. */
export function isSought({ kinds, place = '', key }: Sought, object: KernelObject): boolean {
  return kinds.includes(object.kind) && object.place.endsWith(place) && (object.key === key || (isOrdered(object) && object.text === key));
}
