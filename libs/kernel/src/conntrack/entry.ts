/** One direction of a tracked flow (nf_conntrack_tuple of the kernel): from where to where. Ports are numbers, addresses canonical. */
export interface ConntrackTuple {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** A tracked flow: what was asked for, and what answers look like. Translation is the difference between the two. */
export interface ConntrackEntry {
  readonly original: ConntrackTuple;
  readonly reply: ConntrackTuple;
}

/** Entries by where they were sent and, when `reply` is not null, by who answers. */
export interface ConntrackFilter {
  readonly destination: string;
  readonly destinationPort: number;
  readonly reply: { readonly source: string; readonly sourcePort: number } | null;
}

/** True when a filter names an entry. */
export function matchesConntrackFilter({ original, reply }: ConntrackEntry, filter: ConntrackFilter): boolean {
  if (original.destination !== filter.destination || original.destinationPort !== filter.destinationPort) return false;
  return filter.reply === null || (reply.source === filter.reply.source && reply.sourcePort === filter.reply.sourcePort);
}
