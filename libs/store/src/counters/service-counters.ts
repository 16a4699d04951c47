import type { NodeCounters, PortCounters, ServiceCounters } from '@weft/model';
import type { Database } from '../database/database.ts';
import { found } from '../read/not-found.ts';

const plus = (a: number | null, b: number | null) => (a === null && b === null ? null : (a ?? 0) + (b ?? 0));

/** The counters of nodes taken together, by port, then protocol. A node whose backend counts no packets adds none. */
export function totalOf(nodes: readonly Pick<NodeCounters, 'ports'>[]): PortCounters[] {
  const totals = new Map<string, PortCounters>();
  for (const one of nodes.flatMap(({ ports }) => ports)) {
    const key = `${one.port} ${one.protocol}`;
    const sum = totals.get(key);
    totals.set(
      key,
      sum === undefined
        ? one
        : {
            ...one,
            connections: sum.connections + one.connections,
            packets: plus(sum.packets, one.packets),
            bytes: plus(sum.bytes, one.bytes),
          },
    );
  }
  return [...totals.values()].sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1));
}

const numberOf = (value: bigint | null) => (value === null ? null : Number(value));

/** What went to a service, as its nodes said last. Throws ProblemError NotFound. */
export async function serviceCounters(database: Database, id: string): Promise<ServiceCounters> {
  return database.read(async (tables) => {
    const service = await tables.service.findUnique({ where: { id }, select: { id: true } });
    found(service, 'service', id);
    const rows = await tables.serviceCounter.findMany({
      where: { serviceId: id },
      include: { node: { select: { name: true } } },
      orderBy: [{ node: { name: 'asc' } }, { port: 'asc' }, { protocol: 'asc' }],
    });
    const nodes = new Map<string, { node: string; reportedAt: Date; ports: PortCounters[] }>();
    for (const { node, reportedAt, protocol, port, connections, packets, bytes } of rows) {
      const of = nodes.get(node.name) ?? { node: node.name, reportedAt, ports: [] };
      nodes.set(node.name, of);
      if (reportedAt > of.reportedAt) of.reportedAt = reportedAt;
      of.ports.push({
        protocol: protocol as PortCounters['protocol'],
        port,
        connections: Number(connections),
        packets: numberOf(packets),
        bytes: numberOf(bytes),
      });
    }
    const byNode = Array.from(nodes.values(), ({ reportedAt, ...of }) => ({ ...of, reportedAt: reportedAt.toISOString() }));
    return { service: id as ServiceCounters['service'], ports: totalOf(byNode), nodes: byNode };
  });
}
