/** Names of the tables that have packets traced begin so: those of other sessions, and what is left of dead ones, are told by it. */
export const TRACE_TABLE_PREFIX = 'weft_trace';

/** Packets to trace: the first of connections, or datagrams, from one of these addresses (none: any), from a port (null: any), to one of these. */
export interface TracedFlow {
  readonly sources: readonly string[];
  readonly sourcePort: number | null;
  readonly destinations: readonly { readonly ip: string; readonly port: number }[];
}

/** Before everything else that filters: just before conntrack's defragmentation at -400 no port is known. */
const FIRST = -350;
/** After everything else: what is met here is as it leaves. */
const LAST = 350;

/** Nobody reads more than some packets of a trace, and each costs dozens of messages. */
const RATE = 'limit rate 10/second burst 20 packets';

/** A packet that asks for a connection. */
const OPENING: Readonly<Record<string, string>> = {
  tcp: 'tcp flags & (fin | syn | rst | ack) == syn ',
  sctp: 'sctp chunk init exists ',
};

function tracing(protocol: string, { sources, sourcePort, destinations }: TracedFlow): string {
  const from = sources.length === 0 ? '' : `ip saddr { ${sources.join(', ')} } `;
  const port = sourcePort === null ? '' : `${protocol} sport ${sourcePort} `;
  const to = destinations.map(({ ip, port: at }) => `${ip} . ${at}`).join(', ');
  return `${from}ip daddr . ${protocol} dport { ${to} } ${port}${OPENING[protocol] ?? ''}${RATE} meta nftrace set 1`;
}

/**
 * The commands that make a table which has packets traced, for `nft -i`: it owns the table, and the kernel removes it with its owner (nft(8), flags owner). The chains
 * at the other hooks are there to be told of: what passes them is as far as that.
 */
export function traceTable(name: string, protocol: 'tcp' | 'udp' | 'sctp', flows: readonly TracedFlow[]): string {
  const chain = (hook: string, priority: number) =>
    `add chain ip ${name} ${hook} { type filter hook ${hook} priority ${priority}; policy accept; }`;
  const first = ['prerouting', 'output'];
  return [
    `add table ip ${name} { flags owner; }`,
    ...first.map((hook) => chain(hook, FIRST)),
    ...['input', 'forward', 'postrouting'].map((hook) => chain(hook, LAST)),
    ...first.flatMap((hook) => flows.map((flow) => `add rule ip ${name} ${hook} ${tracing(protocol, flow)}`)),
  ].join('\n');
}
