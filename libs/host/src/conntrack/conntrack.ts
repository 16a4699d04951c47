import type { ConntrackEntry, ConntrackFilter } from '@weft/kernel';

/** The connections that a host's kernel keeps account of: those of UDP, which are all that ever have to be forgotten before their time. */
export interface Conntrack {
  /** Every UDP entry outside conntrack zones. Rejects when the table cannot be read. */
  udpEntries(): Promise<ConntrackEntry[]>;
  /** Forgets the UDP entries that a filter names, and returns them. Rejects when some could not be deleted; what is left is found again by reading. */
  deleteUdp(filters: readonly ConntrackFilter[]): Promise<ConntrackEntry[]>;
  /** The addresses at which this host itself receives packets. */
  localAddresses(): Promise<string[]>;
}
