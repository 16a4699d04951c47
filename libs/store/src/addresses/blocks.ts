import { ProblemError } from '@weft/model';
import type { Tables } from '../database/database.ts';

/** The holder of every block of service addresses: they belong to no node. */
export const SERVICES = 'services';

export type Purpose = 'pods' | 'services';

/**
 * Gives a holder the first free block of a purpose and makes its addresses rows. Its network and broadcast address are reserved; in a
 * node's block the first host address as well, which is the node's own towards its pods. Throws ProblemError PoolExhausted.
 */
export async function claimBlock(tables: Tables, purpose: Purpose, holder: string): Promise<string> {
  const [block] = await tables.$queryRaw<{ cidr: string }[]>`
    UPDATE address_block SET holder = ${holder} WHERE cidr = (
      SELECT b.cidr FROM address_block b JOIN address_pool p ON p.id = b.pool_id
      WHERE p.purpose = ${purpose} AND b.holder IS NULL AND b.released_at IS NULL
      ORDER BY b.cidr LIMIT 1 FOR UPDATE OF b SKIP LOCKED)
    RETURNING cidr`;
  if (block === undefined) throw new ProblemError('PoolExhausted', `no block of addresses for ${purpose} is free`);
  await makeAddresses(tables, block.cidr, holder);
  return block.cidr;
}

/** Gives `services` the block that holds an address, unless it has it already. */
export async function claimServiceBlockOf(tables: Tables, ip: string): Promise<void> {
  const [block] = await tables.$queryRaw<{ cidr: string }[]>`
    UPDATE address_block b SET holder = ${SERVICES} FROM address_pool p
    WHERE p.id = b.pool_id AND p.purpose = 'services' AND b.cidr >>= ${ip}::inet AND b.holder IS NULL
    RETURNING b.cidr`;
  if (block !== undefined) await makeAddresses(tables, block.cidr, SERVICES);
}

async function makeAddresses(tables: Tables, cidr: string, holder: string): Promise<void> {
  await tables.$executeRaw`
    INSERT INTO address (ip, block_cidr, holder, state)
    SELECT host(b.cidr)::inet + n, b.cidr, ${holder},
      CASE WHEN n = 0 OR n = size - 1 OR (n = 1 AND ${holder} <> ${SERVICES}) THEN 'reserved' ELSE 'free' END
    FROM (SELECT ${cidr}::inet AS cidr, (2 ^ (32 - masklen(${cidr}::inet)))::bigint AS size) b, generate_series(0, size - 1) n`;
}
