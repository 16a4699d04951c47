import type { ConntrackEntry } from './entry.ts';

const TUPLE = String.raw`src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+) (?:packets=\d+ bytes=\d+ )?`;
// After the protocol come its number and the seconds left. A tuple with a conntrack zone of its own does not fit: such entries are not ours.
const UDP_LINE = new RegExp(String.raw`^udp +17 \d+ ${TUPLE}(?:\[UNREPLIED\] )?${TUPLE}(.*)$`, 'gm');

const ZONED = /\bzone/;

/** The UDP entries that `conntrack -L` or `-D` printed (conntrack(8) 1.4), those of conntrack zones left out. Lines of another form are not read. */
export function parseUdpEntries(listing: string): ConntrackEntry[] {
  const entries: ConntrackEntry[] = [];
  for (const [, src, dst, sport, dport, replySrc, replyDst, replySport, replyDport, rest] of listing.matchAll(UDP_LINE) as Iterable<
    readonly string[]
  >) {
    if (ZONED.test(rest ?? '')) continue;
    entries.push({
      original: { source: src ?? '', destination: dst ?? '', sourcePort: Number(sport), destinationPort: Number(dport) },
      reply: { source: replySrc ?? '', destination: replyDst ?? '', sourcePort: Number(replySport), destinationPort: Number(replyDport) },
    });
  }
  return entries;
}
