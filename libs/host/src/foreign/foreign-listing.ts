import type { KernelObject } from '@weft/model';

/** What is on a host beside what is ours. */
export interface ForeignListing {
  /**
   * Tables, chains, rules and sets of others, their links, routes of every table and virtual services, in the host's own namespace. It reads and changes nothing, and
   * loads no part of the kernel that nobody uses. Rejects when the host cannot be read.
   */
  list(): Promise<KernelObject[]>;
}
