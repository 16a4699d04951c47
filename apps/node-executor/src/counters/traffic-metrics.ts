import { Counter, Gauge, type Registry } from '@weft/telemetry';
import type { PortTally, Tally } from './tally.ts';

/** Service ports that are shown at most: each is a time series in Prometheus for every counter, on every node. The API has them all. */
export const PORTS_SHOWN = 2_000;

const LABELS = ['namespace', 'service', 'port', 'protocol'] as const;

const COUNTED = [
  {
    name: 'weft_service_connections_total',
    help: 'Connections led to endpoints of the service port',
    read: (port: PortTally) => port.connections,
  },
  { name: 'weft_service_packets_total', help: 'Packets of these connections, both ways', read: (port: PortTally) => port.packets },
  { name: 'weft_service_bytes_total', help: 'Bytes of these packets', read: (port: PortTally) => port.bytes },
] as const;

const named = ({ of }: PortTally) => `${of.namespace}/${of.name} ${of.port} ${of.protocol}`;

/** The ports that are shown: the first by namespace and name, so that which they are does not change from one scrape to the next. */
export function portsShown({ ports }: Tally): PortTally[] {
  const all = [...ports.values()];
  if (all.length <= PORTS_SHOWN) return all;
  return all.sort((a, b) => (named(a) < named(b) ? -1 : 1)).slice(0, PORTS_SHOWN);
}

/** Puts what was counted into a registry, as it stands whenever it is scraped. */
export function registerTraffic(registry: Registry, tally: () => Tally): void {
  for (const { name, help, read } of COUNTED)
    new Counter({
      name,
      help,
      labelNames: LABELS,
      registers: [registry],
      collect() {
        this.reset();
        for (const port of portsShown(tally())) {
          const value = read(port);
          const { namespace, name: service, portName, protocol } = port.of;
          if (value !== null) this.inc({ namespace, service, port: portName, protocol }, value);
        }
      },
    });
  new Gauge({
    name: 'weft_service_ports_not_shown',
    help: `Service ports with counters beyond the ${PORTS_SHOWN} shown`,
    registers: [registry],
    collect() {
      this.set(Math.max(tally().ports.size - PORTS_SHOWN, 0));
    },
  });
}
