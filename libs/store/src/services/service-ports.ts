import { type ClusterNetwork, ProblemError, type ServicePort, type ServiceType } from '@weft/model';
import { invalid } from '../commit/invalid.ts';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';

/** A port as it was asked for. */
export interface WantedPort {
  readonly name: string | null;
  readonly protocol: ServicePort['protocol'];
  readonly port: number;
  readonly targetPort: number | string | null;
  readonly nodePort: number | null;
}

interface TakenPort {
  readonly protocol: string;
  readonly port: number;
  readonly owner: string;
}

/** The node port that a service's port keeps: that of the port of the same name, else of the same protocol and number. */
function keptNodePort(wanted: WantedPort, before: readonly ServicePort[]): number | null {
  const same =
    before.find((port) => port.name === wanted.name && port.protocol === wanted.protocol) ??
    before.find((port) => port.port === wanted.port && port.protocol === wanted.protocol);
  return same?.nodePort ?? null;
}

/** A random node port that nobody has, so that a port which was just given back is not the next to be given out. */
async function freeNodePort(
  tables: Tables,
  protocol: string,
  range: ClusterNetwork['nodePortRange'],
  chosen: readonly number[],
): Promise<number> {
  const [row] = await tables.$queryRaw<{ port: number }[]>`
    SELECT port FROM generate_series(${range.from}::int, ${range.to}::int) AS port
    WHERE port <> ALL (${chosen}::int[]) AND NOT EXISTS (SELECT 1 FROM node_port n WHERE n.protocol = ${protocol} AND n.port = port.port)
    ORDER BY random() LIMIT 1`;
  if (row === undefined) throw new ProblemError('NodePortsExhausted', `no ${protocol} node port of ${range.from}-${range.to} is free`);
  return row.port;
}

async function requireFree(
  tables: Tables,
  serviceId: string,
  wanted: readonly { protocol: string; port: number; at: number }[],
): Promise<void> {
  if (wanted.length === 0) return;
  const numbers = wanted.map((one) => one.port);
  const taken = await tables.$queryRaw<TakenPort[]>`
    SELECT n.protocol, n.port, s.namespace || '/' || s.name AS owner FROM node_port n JOIN service s ON s.id = n.service_id
    WHERE n.port = ANY (${numbers}::int[]) AND n.service_id <> ${serviceId}`;
  const errors = wanted.flatMap(({ protocol, port, at }) =>
    taken
      .filter((other) => other.protocol === protocol && other.port === port)
      .map(({ owner }) => ({
        pointer: `/ports/${at}/nodePort`,
        code: 'NodePortTaken',
        message: `${protocol} node port ${port} belongs to service ${owner}`,
      })),
  );
  if (errors[0]) throw new ProblemError('NodePortTaken', errors[0].message, errors);
}

async function nodePortRange(tables: Tables): Promise<ClusterNetwork['nodePortRange']> {
  const { network } = await tables.cluster.findUniqueOrThrow({ where: { id: 1 } });
  return (network as ClusterNetwork).nodePortRange;
}

/**
 * The ports of a service with everything filled in: target ports, and for type NodePort the node ports asked for, kept, or chosen. From
 * here to the commit no other transaction chooses node ports. Throws ProblemError ValidationFailed, NodePortTaken, NodePortsExhausted.
 */
export async function fillPorts(
  tables: Tables,
  service: { readonly id: string; readonly type: ServiceType; readonly before: readonly ServicePort[] },
  wanted: readonly WantedPort[],
): Promise<ServicePort[]> {
  const filled = wanted.map((port) => ({ ...port, targetPort: port.targetPort ?? port.port }));
  if (service.type !== 'NodePort') {
    const at = wanted.findIndex((port) => port.nodePort !== null);
    if (at >= 0) throw invalid(`/ports/${at}/nodePort`, 'NotAllowed', 'nodePort is for services of type NodePort');
    return filled;
  }
  const range = await nodePortRange(tables);
  await lock(tables, 'node-ports');
  const settled = filled.map((port) => ({ ...port, nodePort: port.nodePort ?? keptNodePort(port, service.before) }));
  const seen = new Map<string, number>();
  for (const [at, { protocol, nodePort }] of settled.entries()) {
    if (nodePort === null) continue;
    const pointer = `/ports/${at}/nodePort`;
    if (nodePort < range.from || nodePort > range.to) throw invalid(pointer, 'OutOfRange', `must be in ${range.from}-${range.to}`);
    if (seen.has(`${protocol}/${nodePort}`)) throw invalid(pointer, 'Repeated', 'must not repeat a node port of the same protocol');
    seen.set(`${protocol}/${nodePort}`, at);
  }
  await requireFree(
    tables,
    service.id,
    settled.flatMap(({ protocol, nodePort }, at) => (nodePort === null ? [] : [{ protocol, port: nodePort, at }])),
  );
  const ports: ServicePort[] = [];
  for (const port of settled) {
    const chosen = [...ports, ...settled].flatMap(({ protocol, nodePort }) =>
      protocol === port.protocol && nodePort !== null ? [nodePort] : [],
    );
    ports.push({ ...port, nodePort: port.nodePort ?? (await freeNodePort(tables, port.protocol, range, chosen)) });
  }
  return ports;
}

/** Makes the rows that hold a service's node ports what its ports say. */
export async function holdNodePorts(
  tables: Tables,
  serviceId: string,
  before: readonly ServicePort[],
  after: readonly ServicePort[],
): Promise<void> {
  if (before.some((port) => port.nodePort !== null)) await tables.nodePort.deleteMany({ where: { serviceId } });
  const held = after.filter((port) => port.nodePort !== null);
  if (held.length > 0)
    await tables.$executeRaw`
      INSERT INTO node_port (protocol, port, service_id)
      SELECT p.protocol, p."nodePort", ${serviceId} FROM jsonb_to_recordset(${JSON.stringify(held)}::jsonb) AS p (protocol text, "nodePort" integer)`;
}
