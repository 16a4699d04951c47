import { ProblemError } from '@weft/model';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import { type Claimant, ownerFor } from '../read/owner.ts';
import { claimBlock, claimServiceBlockOf, SERVICES } from './blocks.ts';

/** Takes the lowest free address of a holder's blocks that nobody else is taking at this moment; null when there is none. */
async function claimFree(tables: Tables, holder: string, ownerId: string): Promise<string | null> {
  const [row] = await tables.$queryRaw<{ ip: string }[]>`
    UPDATE address SET state = 'allocated', owner_id = ${ownerId} WHERE ip = (
      SELECT ip FROM address WHERE holder = ${holder} AND state = 'free' ORDER BY ip LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING ip`;
  return row?.ip ?? null;
}

/** The same for a service in a namespace without a quota: whoever has to wait for that holds no address meanwhile, which somebody with the quota may be asking for. */
async function claimWithoutQuota(tables: Tables, { id, namespace }: Claimant): Promise<string | null> {
  const [row] = await tables.$queryRaw<{ ip: string }[]>`
    UPDATE address SET state = 'allocated', owner_id = ${id} WHERE ip = (
      SELECT ip FROM address WHERE holder = ${SERVICES} AND state = 'free' AND NOT EXISTS (SELECT FROM quota WHERE namespace = ${namespace})
      ORDER BY ip LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING ip`;
  return row?.ip ?? null;
}

interface Holding {
  readonly state: string;
  readonly holder: string;
  readonly owner: string | null;
}

/** Who holds an address, in words. */
const HELD: Readonly<Record<string, (holding: Holding) => string>> = {
  allocated: ({ owner }) => `it belongs to ${owner ?? 'an object that is being created'}`,
  reserved: () => 'it is reserved',
  quarantined: () => 'it was released a short while ago and may still be known to nodes',
  free: () => 'it is being taken by another request',
};

/** Claims an address that somebody asks for. Who holds it is named to whoever asks from the same namespace: others may not see that it is there. */
async function claimParticular(tables: Tables, holder: string, claimant: Claimant, ip: string, pointer: string): Promise<string> {
  const claimed = await tables.$executeRaw`
    UPDATE address SET state = 'allocated', owner_id = ${claimant.id} WHERE ip = ${ip}::inet AND holder = ${holder} AND state = 'free'`;
  if (claimed === 1) return ip;
  const [holding] = await tables.$queryRaw<Holding[]>`
    SELECT a.state, a.holder,
      COALESCE((SELECT ${ownerFor('pod', claimant)} FROM pod o WHERE o.id = a.owner_id),
               (SELECT ${ownerFor('service', claimant)} FROM service o WHERE o.id = a.owner_id)) AS owner
    FROM address a WHERE a.ip = ${ip}::inet`;
  if (holding === undefined || holding.holder !== holder) {
    const detail = `${ip} is in no block that it could come from`;
    throw new ProblemError('AddressOutsidePool', detail, [{ pointer, code: 'AddressOutsidePool', message: detail }]);
  }
  const detail = `${ip} is not free: ${HELD[holding.state]?.(holding)}`;
  throw new ProblemError('AddressTaken', detail, [{ pointer, code: 'AddressTaken', message: detail }]);
}

/** An address for a pod, and the block that the node got because its others are full. */
export interface PodAddress {
  readonly ip: string;
  readonly newBlock: string | null;
}

/**
 * Claims an address of a node for a pod: the one asked for, else the lowest free one. When the node's blocks are full it gets
 * another; its row is locked for that, so that a hundred pods at once claim one block and not a hundred. Throws ProblemError
 * AddressOutsidePool, AddressTaken, PoolExhausted.
 */
export async function claimPodAddress(tables: Tables, nodeId: string, pod: Claimant, ip: string | null): Promise<PodAddress> {
  if (ip !== null) return { ip: await claimParticular(tables, nodeId, pod, ip, '/ip'), newBlock: null };
  const free = await claimFree(tables, nodeId, pod.id);
  if (free !== null) return { ip: free, newBlock: null };
  await tables.$executeRaw`SELECT 1 FROM node WHERE id = ${nodeId} FOR NO KEY UPDATE`;
  const freed = await claimFree(tables, nodeId, pod.id);
  if (freed !== null) return { ip: freed, newBlock: null };
  const newBlock = await claimBlock(tables, 'pods', nodeId);
  const first = await claimFree(tables, nodeId, pod.id);
  if (first === null) throw new ProblemError('PoolExhausted', `block ${newBlock} has no room for a pod`);
  return { ip: first, newBlock };
}

/**
 * Claims an address for a service: the one asked for, else the lowest free one. That one is asked for at once where no quota is to be waited for; whatever else, only once it is
 * `allowed`, which takes the locks before these. Throws as claimPodAddress does, and what `allowed` rejects with.
 */
export async function claimServiceAddress(
  tables: Tables,
  service: Claimant,
  ip: string | null,
  allowed: Promise<unknown>,
): Promise<string> {
  const [early] = await Promise.all([ip === null ? claimWithoutQuota(tables, service) : null, allowed]);
  const free = early ?? (ip === null ? await claimFree(tables, SERVICES, service.id) : null);
  if (free !== null) return free;
  await lock(tables, 'service-blocks');
  if (ip !== null) {
    await claimServiceBlockOf(tables, ip);
    return claimParticular(tables, SERVICES, service, ip, '/clusterIP');
  }
  const freed = await claimFree(tables, SERVICES, service.id);
  if (freed !== null) return freed;
  await claimBlock(tables, 'services', SERVICES);
  const first = await claimFree(tables, SERVICES, service.id);
  if (first === null) throw new ProblemError('PoolExhausted', 'no service address is free');
  return first;
}
