import type { KernelKind, KernelObject } from '@weft/model';
import { isOrdered } from '../inventory/identity.ts';

/** What somebody looks for in a kernel. */
export interface Sought {
  readonly kinds: readonly KernelKind[];
  /** What its place ends with; missing: any place. */
  readonly place?: string;
  /** Of an element, what it is in. */
  readonly inside?: 'set' | 'map';
  readonly key: string;
}

/** True for what is sought. A rule is found by its text, however often that stands there. */
export function isSought({ kinds, place = '', inside, key }: Sought, object: KernelObject): boolean {
  if (inside !== undefined && !object.place.includes(` ${inside} `)) return false;
  return kinds.includes(object.kind) && object.place.endsWith(place) && (object.key === key || (isOrdered(object) && object.text === key));
}
