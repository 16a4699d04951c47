import type { KernelKind, KernelObject } from '@weft/model';

/** What is on a host beside what is ours. */
export interface ForeignListing {
  /**
   * Tables, chains, rules and sets of others, their links, routes of every table and virtual services, in the host's own namespace. It reads and changes nothing, and
   * loads no part of the kernel that nobody uses. With `kinds`, what is of other kinds may be missing. Rejects when the host cannot be read.
   */
  list(kinds?: ReadonlySet<KernelKind>): Promise<KernelObject[]>;
}
