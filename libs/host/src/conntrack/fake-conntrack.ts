import { type ConntrackEntry, type ConntrackFilter, matchesConntrackFilter } from '@weft/kernel';
import type { Conntrack } from './conntrack.ts';

/** A connection tracking table in memory. Give it entries and take its `failure` away or set it; null: it works. */
export class FakeConntrack implements Conntrack {
  entries: readonly ConntrackEntry[] = [];
  failure: Error | null = null;
  readonly #addresses: readonly string[];

  constructor(addresses: readonly string[]) {
    this.#addresses = addresses;
  }

  async udpEntries(): Promise<ConntrackEntry[]> {
    this.#fail();
    return [...this.entries];
  }

  async deleteUdp(filters: readonly ConntrackFilter[]): Promise<ConntrackEntry[]> {
    this.#fail();
    const named = (entry: ConntrackEntry) => filters.some((filter) => matchesConntrackFilter(entry, filter));
    const deleted = this.entries.filter(named);
    this.entries = this.entries.filter((entry) => !named(entry));
    return deleted;
  }

  async localAddresses(): Promise<string[]> {
    return [...this.#addresses];
  }

  #fail(): void {
    if (this.failure !== null) throw this.failure;
  }
}
