/** What rules have counted of what came to a service port by one of its addresses, since they were written. */
export interface IptablesServiceCounter {
  readonly protocol: string;
  /** Null: any address of the node, so the port is a node port. */
  readonly address: string | null;
  readonly port: number;
  readonly connections: number;
  /** Of these connections, both ways. */
  readonly packets: number;
  readonly bytes: number;
}

const COUNTING =
  /^\[(\d+):(\d+)\] -A WEFT-COUNT-\S+ -p (\S+) -m conntrack (?:--ctorigdst (\S+) )?--ctorigdstport (\d+)( ! --ctstatus CONFIRMED)?$/gm;

/** Reads what `iptables-save -c -t mangle` prints, of either variant, in the order of the chains. */
export function iptablesServiceCounters(text: string): IptablesServiceCounter[] {
  const counters = new Map<string, { -readonly [Key in keyof IptablesServiceCounter]: IptablesServiceCounter[Key] }>();
  for (const [, packets, bytes, protocol = '', address = null, port, first] of text.matchAll(COUNTING)) {
    const key = `${protocol} ${address} ${port}`;
    const counter = counters.get(key) ?? { protocol, address, port: Number(port), connections: 0, packets: 0, bytes: 0 };
    counters.set(key, counter);
    if (first === undefined) {
      counter.packets += Number(packets);
      counter.bytes += Number(bytes);
    } else counter.connections += Number(packets);
  }
  return [...counters.values()];
}
