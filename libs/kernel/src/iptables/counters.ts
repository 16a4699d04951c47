/** How many connections came to one port of a service since its rules were written. */
export interface IptablesServiceCounter {
  /** `namespace/name:port`, as rules are commented with. */
  readonly label: string;
  readonly protocol: string;
  readonly connections: number;
}

/** A rule that sends a service's connections to an endpoint, with what it has counted. */
const TRANSLATION = /^\[(\d+):\d+\] -A WEFT-\S+ -p (\S+) -m comment --comment "(\S+) -> [^"]+" .*-j DNAT /gm;

/**
 * Reads what `iptables-save -c -t nat` prints, of either variant, and adds up the connections of each service port, in the order of the chains. The kernel
 * asks these rules about the first packet of a connection only, and each connection ends at exactly one of them: packets counted are connections. When a service's
 * chain is written anew, because its endpoints changed, it counts from 0 again.
 */
export function iptablesServiceCounters(text: string): IptablesServiceCounter[] {
  const counters = new Map<string, { label: string; protocol: string; connections: number }>();
  for (const [, packets, protocol = '', label = ''] of text.matchAll(TRANSLATION)) {
    const key = `${label} ${protocol}`;
    const counter = counters.get(key) ?? { label, protocol, connections: 0 };
    counters.set(key, counter);
    counter.connections += Number(packets);
  }
  return [...counters.values()];
}
