import type { Backend } from '@weft/model';
import type { CounterListings } from './counter-listings.ts';

/** Listings as a test sets them. */
export class FakeCounterListings implements CounterListings {
  listings: Readonly<Partial<Record<Backend, string>>> = {};
  failure: Error | null = null;

  async list(backend: Backend): Promise<string> {
    if (this.failure !== null) throw this.failure;
    return this.listings[backend] ?? '';
  }
}
