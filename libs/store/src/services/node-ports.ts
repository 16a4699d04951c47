import { type ClusterNetwork, hasHealthCheck, hasNodePorts, ProblemError, type ServicePort, type ServiceSpec } from '@weft/model';
import { readNetwork } from '../cluster/settings.ts';
import { invalid } from '../commit/invalid.ts';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import { type Claimant, ownerFor } from '../read/owner.ts';

/** The ports of a service, with what it has on every node. */
export interface ServicePorts {
  readonly ports: readonly ServicePort[];
  readonly healthCheckNodePort: number | null;
}

/** What a service has before it is there. */
export const NO_PORTS: ServicePorts = { ports: [], healthCheckNodePort: null };

type WantedPort = ServiceSpec['ports'][number];

/** A port of every node that is to be a service's. */
interface Claim {
  readonly protocol: string;
  readonly port: number;
  readonly pointer: string;
}

/** Nodes answer health checks over HTTP, so their port is one of TCP. */
const HEALTH_CHECK_PROTOCOL = 'TCP';

/** The node port that a service's port keeps: that of the port of the same name, else of the same protocol and number; not one that was asked for. */
function keptNodePort(wanted: WantedPort, before: readonly ServicePort[], asked: ReadonlySet<string>): number | null {
  const same =
    before.find((port) => port.name === wanted.name && port.protocol === wanted.protocol) ??
    before.find((port) => port.port === wanted.port && port.protocol === wanted.protocol);
  const kept = same?.nodePort ?? null;
  return asked.has(`${wanted.protocol}/${kept}`) ? null : kept;
}

/**
 * A node port that nobody has with any of these protocols; one of the preferred ones when it can be had. They are drawn in an order that each service has for
 * itself, so that a port which was just given back is not the next to be given out, and a service that is planned gets the port that the plan says.
 */
async function freeNodePort(
  tables: Tables,
  serviceId: string,
  { from, to }: ClusterNetwork['nodePortRange'],
  { protocols, preferred, chosen }: Record<'preferred' | 'chosen', readonly number[]> & { readonly protocols: readonly string[] },
): Promise<number> {
  const [row] = await tables.$queryRaw<{ port: number }[]>`
    SELECT port FROM generate_series(${from}::int, ${to}::int) AS port
    WHERE port <> ALL (${chosen}::int[])
      AND NOT EXISTS (SELECT 1 FROM node_port n WHERE n.protocol = ANY (${protocols}::text[]) AND n.port = port.port)
    ORDER BY port = ANY (${preferred}::int[]) DESC, hashtextextended(${serviceId}, port) LIMIT 1`;
  if (row === undefined) throw new ProblemError('NodePortsExhausted', `no ${protocols.join(' and ')} node port of ${from}-${to} is free`);
  return row.port;
}

/** Throws ProblemError ValidationFailed for a port outside the range or asked for twice. */
function requirePossible(claims: readonly Claim[], { from, to }: ClusterNetwork['nodePortRange']): void {
  const seen = new Set<string>();
  for (const { protocol, port, pointer } of claims) {
    if (port < from || port > to) throw invalid(pointer, 'OutOfRange', `must be in ${from}-${to}`);
    if (seen.has(`${protocol}/${port}`)) throw invalid(pointer, 'Repeated', 'must not repeat a node port of the same protocol');
    seen.add(`${protocol}/${port}`);
  }
}

interface TakenPort {
  readonly protocol: string;
  readonly port: number;
  readonly owner: string;
}

/** Throws ProblemError NodePortTaken. */
async function requireFree(tables: Tables, claimant: Claimant, claims: readonly Claim[]): Promise<void> {
  if (claims.length === 0) return;
  const numbers = claims.map((one) => one.port);
  const taken = await tables.$queryRaw<TakenPort[]>`
    SELECT n.protocol, n.port, ${ownerFor('service', claimant)} AS owner FROM node_port n JOIN service o ON o.id = n.service_id
    WHERE n.port = ANY (${numbers}::int[]) AND n.service_id <> ${claimant.id}`;
  const errors = claims.flatMap(({ protocol, port, pointer }) =>
    taken
      .filter((other) => other.protocol === protocol && other.port === port)
      .map(({ owner }) => ({ pointer, code: 'NodePortTaken', message: `${protocol} node port ${port} belongs to ${owner}` })),
  );
  if (errors[0]) throw new ProblemError('NodePortTaken', errors[0].message, errors);
}

const portClaims = (ports: readonly ServicePort[]): Claim[] =>
  ports.flatMap(({ protocol, nodePort }, at) =>
    nodePort === null ? [] : [{ protocol, port: nodePort, pointer: `/ports/${at}/nodePort` }],
  );

const healthClaims = (port: number | null): Claim[] =>
  port === null ? [] : [{ protocol: HEALTH_CHECK_PROTOCOL, port, pointer: '/healthCheckNodePort' }];

/** Ports with node ports for those that have none: the same one for a port number that has several protocols, as in Kubernetes. */
async function choosePorts(
  tables: Tables,
  serviceId: string,
  range: ClusterNetwork['nodePortRange'],
  settled: readonly ServicePort[],
  taken: readonly Claim[],
): Promise<ServicePort[]> {
  const ports = [...settled];
  for (const number of new Set(settled.filter((port) => port.nodePort === null).map((port) => port.port))) {
    const same = ports.filter((port) => port.port === number);
    const protocols = same.filter((port) => port.nodePort === null).map((port) => port.protocol);
    const preferred = same.flatMap((port) => port.nodePort ?? []);
    const chosen = [...portClaims(ports), ...taken].filter((claim) => protocols.some((one) => one === claim.protocol));
    const nodePort = await freeNodePort(tables, serviceId, range, { protocols, preferred, chosen: chosen.map((claim) => claim.port) });
    for (const [at, port] of ports.entries()) if (port.port === number && port.nodePort === null) ports[at] = { ...port, nodePort };
  }
  return ports;
}

/**
 * The ports of a service with everything filled in: target ports, and for types that have them the node ports and the health check port asked for,
 * kept, or chosen. From here to the commit no other transaction chooses any. Throws ProblemError ValidationFailed, NodePortTaken,
 * NodePortsExhausted.
 */
export async function claimNodePorts(tables: Tables, claimant: Claimant, spec: ServiceSpec, before: ServicePorts): Promise<ServicePorts> {
  const filled = spec.ports.map((port) => ({ ...port, targetPort: port.targetPort ?? port.port }));
  if (!hasNodePorts(spec)) return { ports: filled, healthCheckNodePort: null };
  const { nodePortRange } = await readNetwork(tables);
  await lock(tables, 'node-ports');
  const asked = new Set(spec.ports.map(({ protocol, nodePort }) => `${protocol}/${nodePort}`));
  const settled = spec.allocateLoadBalancerNodePorts
    ? filled.map((port) => ({ ...port, nodePort: port.nodePort ?? keptNodePort(port, before.ports, asked) }))
    : filled;
  const checked = hasHealthCheck(spec) ? (spec.healthCheckNodePort ?? before.healthCheckNodePort) : null;
  const claims = [...portClaims(settled), ...healthClaims(checked)];
  requirePossible(claims, nodePortRange);
  await requireFree(tables, claimant, claims);
  const ports = spec.allocateLoadBalancerNodePorts
    ? await choosePorts(tables, claimant.id, nodePortRange, settled, healthClaims(checked))
    : settled;
  if (checked !== null || !hasHealthCheck(spec)) return { ports, healthCheckNodePort: checked };
  const chosen = portClaims(ports).filter((claim) => claim.protocol === HEALTH_CHECK_PROTOCOL);
  const wanted = { protocols: [HEALTH_CHECK_PROTOCOL], preferred: [], chosen: chosen.map((claim) => claim.port) };
  return { ports, healthCheckNodePort: await freeNodePort(tables, claimant.id, nodePortRange, wanted) };
}

const held = ({ ports, healthCheckNodePort }: ServicePorts) => [...portClaims(ports), ...healthClaims(healthCheckNodePort)];

/** How many rows that takes. */
export const countNodePorts = (ports: ServicePorts): number => held(ports).length;

/** Makes the rows that hold a service's ports of every node what its fields say. */
export async function holdNodePorts(tables: Tables, serviceId: string, before: ServicePorts, after: ServicePorts): Promise<void> {
  if (held(before).length > 0) await tables.nodePort.deleteMany({ where: { serviceId } });
  if (held(after).length > 0)
    await tables.$executeRaw`
      INSERT INTO node_port (protocol, port, service_id)
      SELECT p.protocol, p.port, ${serviceId} FROM jsonb_to_recordset(${JSON.stringify(held(after))}::jsonb) AS p (protocol text, port integer)`;
}
