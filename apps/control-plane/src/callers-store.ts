import { Inject, Injectable } from '@nestjs/common';
import type { AnyCall } from '@weft/contract';
import type { ReachedStore, Store } from '@weft/store';
import { STORE } from './tokens.ts';

/** The store as callers may see it: what handlers of anything that lives in namespaces get instead of the whole. */
@Injectable()
export class CallersStore {
  constructor(@Inject(STORE) private readonly store: Store) {}

  /** What this caller's token reaches; nothing for a call without one. */
  of({ principal }: AnyCall): ReachedStore {
    return this.store.within(principal === null ? [] : principal.namespaces);
  }
}
