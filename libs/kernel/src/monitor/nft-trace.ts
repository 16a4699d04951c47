import { TRACE_TABLE_PREFIX } from './nft-trace-table.ts';

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

/** Hooks that a packet meets last on a host: of one that it is for, and of one that it leaves. */
const LAST_HOOKS: ReadonlySet<string> = new Set(['input', 'postrouting']);

/** True for a packet that met the chains which a table for tracing has at the ends of the last hooks (traceTable): nothing on the host has kept it. */
export function passed({ events }: TracedWay): boolean {
  return events.some(({ table, chain }) => table.startsWith(`ip ${TRACE_TABLE_PREFIX}`) && LAST_HOOKS.has(chain));
}

interface OpenWay {
  /** Changes when the kernel goes on with a copy. */
  trace: string;
  /** The packet as it was seen last. */
  packet: TracedPacket;
  readonly events: TraceEvent[];
  /** When its last event came. */
  at: number;
}

/** True when it is the same packet, whatever its destination was translated to. */
const isSame = (one: TracedPacket, other: TracedPacket) =>
  one.ipId === other.ipId && one.protocol === other.protocol && one.source === other.source && one.sourcePort === other.sourcePort;

/** As many packets may be under way or wait to be asked for; what comes beyond them is not told. */
const WAYS_MAX = 64;

/**
 * Puts what `nft monitor trace` prints, in pieces of any size, together again by packet. Only packets count that the table of this name met first: it is the one that has them
 * traced. The kernel says of none that it was the last, so a way is whole when nothing came of it for a while. A packet that a bridge has translated and that is
 * routed then meets the first hook again, under another number: it goes on with its way.
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

  /** The first ways of which nothing came for so many ms, at most so many; they are no longer in it. */
  whole(now: number, quietMs: number, max: number): TracedWay[] {
    const whole = this.#open.filter(({ at }) => now - at >= quietMs).slice(0, max);
    this.#open = this.#open.filter((way) => !whole.includes(way));
    return whole.map(({ events }) => ({ events }));
  }

  #take(numbered: NumberedTraceEvent | null, now: number): void {
    if (numbered === null) return;
    const { trace, event } = numbered;
    const way = event.what === 'packet' ? this.#wayOf(trace, event) : this.#open.findLast((one) => one.trace === trace);
    if (way === undefined) return;
    way.events.push(event);
    way.at = now;
  }

  /** The way that a packet is on; a new one when it is met first. */
  #wayOf(trace: string, { table, packet }: Extract<TraceEvent, { what: 'packet' }>): OpenWay | undefined {
    const known =
      this.#open.findLast((one) => one.trace === trace && one.packet.ipId === packet.ipId) ??
      this.#open.findLast((one) => isSame(one.packet, packet));
    if (known !== undefined) {
      known.trace = trace;
      known.packet = packet;
      return known;
    }
    if (table !== this.#table || this.#open.length >= WAYS_MAX) return undefined;
    const begun: OpenWay = { trace, packet, events: [], at: 0 };
    this.#open.push(begun);
    return begun;
  }
}
