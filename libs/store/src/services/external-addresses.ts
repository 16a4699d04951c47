import { contains, ProblemError, type ServicePort, type ServiceTraffic } from '@weft/model';
import { readNetwork } from '../cluster/settings.ts';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import { type Claimant, ownerFor } from '../read/owner.ts';

/** What decides which external addresses and ports a service holds. */
export type Exposure = Pick<ServiceTraffic, 'externalIPs' | 'loadBalancerIPs'> & {
  readonly ports: readonly Pick<ServicePort, 'protocol' | 'port'>[];
};

/** A service that is reached at its own address alone. */
export const UNEXPOSED: Exposure = { externalIPs: [], loadBalancerIPs: [], ports: [] };

const addressesOf = ({ externalIPs, loadBalancerIPs }: Exposure) => [
  ...externalIPs.map((ip, at) => ({ ip, pointer: `/externalIPs/${at}` })),
  ...loadBalancerIPs.map((ip, at) => ({ ip, pointer: `/loadBalancerIPs/${at}` })),
];

type Asked = ReturnType<typeof addressesOf>[number];

function refused(code: 'AddressOutsidePool' | 'AddressTaken', pointer: string, message: string): ProblemError {
  return new ProblemError(code, message, [{ pointer, code, message }]);
}

/** Throws ProblemError AddressOutsidePool for an address that the fleet does not allow, AddressTaken for one of a node. */
async function requireAllowed(tables: Tables, asked: readonly Asked[]): Promise<void> {
  const { externalCidrs } = await readNetwork(tables);
  for (const { ip, pointer } of asked)
    if (!externalCidrs.some((cidr) => contains(cidr, ip)))
      throw refused(
        'AddressOutsidePool',
        pointer,
        `${ip} is not in the cluster's externalCidrs (${externalCidrs.join(', ') || 'there are none'})`,
      );
  const [node] = await tables.$queryRaw<{ name: string; ip: string }[]>`
    SELECT name, host(address::inet) AS ip FROM node WHERE host(address::inet) = ANY (${asked.map(({ ip }) => ip)}::text[]) ORDER BY name LIMIT 1`;
  const one = asked.find(({ ip }) => ip === node?.ip);
  if (node !== undefined && one !== undefined) throw refused('AddressTaken', one.pointer, `${one.ip} is the address of node ${node.name}`);
}

interface Holding {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
  readonly owner: string;
}

async function requireFree(tables: Tables, claimant: Claimant, asked: readonly Asked[], ports: Exposure['ports']): Promise<void> {
  const [held] = await tables.$queryRaw<Holding[]>`
    SELECT host(e.ip) AS ip, e.protocol, e.port, ${ownerFor('service', claimant)} AS owner
    FROM external_address e JOIN service o ON o.id = e.service_id
      JOIN jsonb_to_recordset(${JSON.stringify(ports)}::jsonb) AS p (protocol text, port integer) ON p.protocol = e.protocol AND p.port = e.port
    WHERE e.ip = ANY (${asked.map(({ ip }) => ip)}::inet[]) AND e.service_id <> ${claimant.id} ORDER BY e.ip, e.port LIMIT 1`;
  if (held === undefined) return;
  const { ip, protocol, port, owner } = held;
  throw refused('AddressTaken', asked.find((one) => one.ip === ip)?.pointer ?? '', `${ip} ${protocol} port ${port} belongs to ${owner}`);
}

/**
 * Makes sure that a service may have its external and load balancer addresses: new ones inside the ranges that the fleet allows, and none with a port
 * that another service has there. From here to the commit no other transaction claims any. Throws ProblemError AddressOutsidePool, AddressTaken.
 */
export async function requireExternalAddresses(tables: Tables, claimant: Claimant, before: Exposure, after: Exposure): Promise<void> {
  const asked = addressesOf(after);
  if (asked.length === 0) return;
  await lock(tables, 'external-addresses');
  const held = new Set(addressesOf(before).map(({ ip }) => ip));
  const added = asked.filter(({ ip }) => !held.has(ip));
  if (added.length > 0) await requireAllowed(tables, added);
  await requireFree(tables, claimant, asked, after.ports);
}

/** How many rows it takes to hold a service's external addresses. */
export const countExternalAddresses = (exposure: Exposure): number => addressesOf(exposure).length * exposure.ports.length;

/** Makes the rows that hold a service's external addresses what its fields say. */
export async function holdExternalAddresses(tables: Tables, serviceId: string, before: Exposure, after: Exposure): Promise<void> {
  if (addressesOf(before).length > 0) await tables.externalAddress.deleteMany({ where: { serviceId } });
  const ips = addressesOf(after).map(({ ip }) => ip);
  if (ips.length > 0)
    await tables.$executeRaw`
      INSERT INTO external_address (ip, protocol, port, service_id)
      SELECT ip, p.protocol, p.port, ${serviceId}
      FROM unnest(${ips}::inet[]) AS ip, jsonb_to_recordset(${JSON.stringify(after.ports)}::jsonb) AS p (protocol text, port integer)`;
}

/** The service that holds an address, with whatever port; null when none does. */
export async function holderOfAddress(tables: Tables, ip: string): Promise<string | null> {
  const [row] = await tables.$queryRaw<{ owner: string }[]>`
    SELECT s.namespace || '/' || s.name AS owner FROM external_address e JOIN service s ON s.id = e.service_id WHERE e.ip = ${ip}::inet LIMIT 1`;
  return row?.owner ?? null;
}

/** An address that a service holds and that would be outside these ranges; undefined when there is none. The caller holds the lock. */
export async function addressOutside(tables: Tables, cidrs: readonly string[]): Promise<{ ip: string; owner: string } | undefined> {
  const [row] = await tables.$queryRaw<{ ip: string; owner: string }[]>`
    SELECT host(e.ip) AS ip, s.namespace || '/' || s.name AS owner FROM external_address e JOIN service s ON s.id = e.service_id
    WHERE NOT EXISTS (SELECT FROM unnest(${cidrs}::inet[]) AS cidr WHERE e.ip <<= cidr) ORDER BY e.ip, e.port LIMIT 1`;
  return row;
}
