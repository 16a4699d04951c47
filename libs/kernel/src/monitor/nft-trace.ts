/** A packet as nft shows it at one hook. Ports are null where its protocol has none, links where the hook does not know them. */
export interface TracedPacket {
  readonly iif: string | null;
  readonly oif: string | null;
  readonly source: string;
  readonly destination: string;
  /** `tcp`, `udp` and so on, as nft calls it. */
  readonly protocol: string;
  readonly sourcePort: number | null;
  readonly destinationPort: number | null;
  /** The identification that it has in its IP header, which stays the same over all hooks. */
  readonly ipId: number;
}

/** What a chain did to a packet: met it, matched it by a rule, or came to its end. Verdicts are as nft writes them: `accept`, `goto service`. */
export type TraceEvent =
  | { readonly what: 'packet'; readonly table: string; readonly chain: string; readonly packet: TracedPacket }
  | { readonly what: 'rule'; readonly table: string; readonly chain: string; readonly rule: string; readonly verdict: string }
  | { readonly what: 'policy'; readonly table: string; readonly chain: string; readonly verdict: string };

/** An event, and by which number the kernel traces its packet: packets that come later may get the same. */
export interface NumberedTraceEvent {
  readonly trace: string;
  readonly event: TraceEvent;
}

const LINE = /^trace id (\w+) (\w+) (\S+) (\S+) (packet:|rule|verdict|policy) ?(.*)$/;
const RULE = /^(.*) \(verdict ([^()]*)\)$/;

const wordAfter = (text: string, words: string): string | null => new RegExp(`(?:^| )${words} "?([^\\s"]+)`).exec(text)?.[1] ?? null;
const numberAfter = (text: string, words: string): number | null => {
  const word = wordAfter(text, words);
  return word === null ? null : Number(word);
};

/** Null for a packet that is not of IPv4. */
function packetIn(text: string): TracedPacket | null {
  const [source, destination] = [wordAfter(text, 'ip saddr'), wordAfter(text, 'ip daddr')];
  if (source === null || destination === null) return null;
  const protocol =
    /(?: |^)(tcp|udp|sctp) sport/.exec(text)?.[1] ?? wordAfter(text, 'ip protocol') ?? (/ icmp type/.test(text) ? 'icmp' : '');
  return {
    iif: wordAfter(text, 'iif'),
    oif: wordAfter(text, 'oif'),
    source,
    destination,
    protocol,
    sourcePort: numberAfter(text, `${protocol} sport`),
    destinationPort: numberAfter(text, `${protocol} dport`),
    ipId: numberAfter(text, 'ip id') ?? 0,
  };
}

/** One line of `nft monitor trace` (nft 1.0); null for what is none. */
export function parseTraceLine(line: string): NumberedTraceEvent | null {
  const [, trace, family, name, chain, what, rest = ''] = LINE.exec(line) ?? [];
  if (trace === undefined || chain === undefined) return null;
  const at = { table: `${family} ${name}`, chain };
  if (what === 'packet:') {
    const packet = packetIn(rest);
    return packet === null ? null : { trace, event: { what: 'packet', ...at, packet } };
  }
  if (what === 'policy') return { trace, event: { what: 'policy', ...at, verdict: rest.trim().split(' ')[0] ?? '' } };
  if (what !== 'rule') return null;
  const [, rule = rest, verdict = ''] = RULE.exec(rest.trim()) ?? [];
  return { trace, event: { what: 'rule', ...at, rule: rule.replace(/\s+/g, ' '), verdict } };
}

/** Everything that was seen of one packet, in order. */
export interface TracedWay {
  readonly events: readonly TraceEvent[];
}

interface OpenWay {
  readonly trace: string;
  readonly ipId: number;
  readonly events: TraceEvent[];
  /** When its last event came. */
  at: number;
}

/**
 * Puts what `nft monitor trace` prints, in pieces of any size, together again by packet. Only packets count that the table of this name met first: it is the one that has them
 * traced. The kernel says of none that it was the last, so a way is whole when nothing came of it for a while.
 */
export class TraceReader {
  readonly #table: string;
  #rest = '';
  #open: OpenWay[] = [];

  /** `table`: with its family, as in `ip weft_trace`. */
  constructor(table: string) {
    this.#table = table;
  }

  /** Takes a piece in; `now` in ms, by any clock. */
  read(piece: string, now: number): void {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(parseTraceLine(line), now);
  }

  /** The ways of which nothing came for so many ms; they are no longer in it. */
  whole(now: number, quietMs: number): TracedWay[] {
    const [whole, open]: [OpenWay[], OpenWay[]] = [[], []];
    for (const way of this.#open) (now - way.at >= quietMs ? whole : open).push(way);
    this.#open = open;
    return whole.map(({ events }) => ({ events }));
  }

  #take(numbered: NumberedTraceEvent | null, now: number): void {
    if (numbered === null) return;
    const { trace, event } = numbered;
    const known = this.#open.findLast((way) => way.trace === trace && (event.what !== 'packet' || way.ipId === event.packet.ipId));
    if (known !== undefined) {
      known.events.push(event);
      known.at = now;
    } else if (event.what === 'packet' && event.table === this.#table)
      this.#open.push({ trace, ipId: event.packet.ipId, events: [event], at: now });
  }
}
