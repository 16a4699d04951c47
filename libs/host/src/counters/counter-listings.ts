import type { Backend } from '@weft/model';

/** What a host's tools tell of what the rules of services have counted. */
export interface CounterListings {
  /** All that a backend's rules have counted, as its tool lists it. Costs in proportion to the number of services. Rejects when it cannot be listed. */
  list(backend: Backend): Promise<string>;
}
