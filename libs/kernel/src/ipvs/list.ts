import { destinationKey, frontendKey, type IpvsFrontend, type IpvsService } from './service.ts';

const PROTOCOL = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const;

const SERVICE = /^(TCP|UDP|SCTP|FWM)\s+(\S+)\s*(.*)$/;
const SERVER = /^\s+->\s+(\d[\d.]+:\d+)\s+(.*)$/;

/** One line of a listing: a service, or one of its destinations, with the columns behind its name. */
interface Row {
  readonly frontend: IpvsFrontend;
  /** Null: the service itself. */
  readonly destination: string | null;
  readonly columns: readonly string[];
}

function frontendOf(kind: string, name: string): IpvsFrontend | null {
  if (kind === 'FWM') return { fwmark: Number(name) };
  const [, address, port] = /^(\d[\d.]+):(\d+)$/.exec(name) ?? [];
  return address === undefined ? null : { protocol: PROTOCOL[kind as keyof typeof PROTOCOL], address, port: Number(port) };
}

/** The rows of `ipvsadm -L -n …`; those of IPv6 services are left out. */
function rows(text: string): Row[] {
  const found: Row[] = [];
  let frontend: IpvsFrontend | null = null;
  for (const line of text.split('\n')) {
    const [, kind, name = '', rest = ''] = SERVICE.exec(line) ?? [];
    if (kind !== undefined) {
      frontend = frontendOf(kind, name);
      if (frontend !== null) found.push({ frontend, destination: null, columns: rest.split(/\s+/) });
      continue;
    }
    const [, destination, columns = ''] = SERVER.exec(line) ?? [];
    if (destination !== undefined && frontend !== null) found.push({ frontend, destination, columns: columns.trim().split(/\s+/) });
  }
  return found;
}

const rowKey = (frontend: IpvsFrontend, destination: string) => `${frontendKey(frontend)} ${destination}`;

/** Services with the number of connections that destinations of weight 0 still have, from what `ipvsadm -L -n` prints. */
export function withConnections(services: readonly IpvsService[], listing: string): IpvsService[] {
  const counts = new Map(
    rows(listing).flatMap(({ frontend, destination, columns: [, , active, inactive] }) =>
      destination === null ? [] : [[rowKey(frontend, destination), Number(active) + Number(inactive)] as const],
    ),
  );
  return services.map((service) => ({
    ...service,
    destinations: service.destinations.map((destination) => {
      const connections = counts.get(rowKey(service.frontend, destinationKey(destination)));
      return destination.weight > 0 || connections === undefined ? destination : { ...destination, connections };
    }),
  }));
}

/** What went through a virtual service since it was made. */
export interface IpvsCounters {
  readonly frontend: IpvsFrontend;
  readonly connections: bigint;
  readonly inPackets: bigint;
  readonly outPackets: bigint;
  readonly inBytes: bigint;
  readonly outBytes: bigint;
}

/** Reads what `ipvsadm -L -n --stats --exact` prints: the counters of every virtual service, in the order of the listing. */
export function parseIpvsStats(text: string): IpvsCounters[] {
  return rows(text).flatMap(({ frontend, destination, columns }) => {
    if (destination !== null || columns.length < 5) return [];
    const [connections = 0n, inPackets = 0n, outPackets = 0n, inBytes = 0n, outBytes = 0n] = columns.map(BigInt);
    return [{ frontend, connections, inPackets, outPackets, inBytes, outBytes }];
  });
}
