import type { AddressPool, Id } from '@weft/model';
import type { Recorded } from '../collections.ts';
import type { Database, Tables } from '../database/database.ts';
import type { PageRequest } from '../query.ts';
import { found } from '../read/not-found.ts';
import { page } from '../read/page.ts';

interface PoolRow {
  readonly id: string;
  readonly name: string;
  readonly purpose: AddressPool['purpose'];
  readonly cidr: string;
  readonly prefixLength: number;
  readonly size: bigint;
  readonly blocks: bigint;
  readonly claimed: bigint;
  readonly free: bigint;
  readonly allocated: bigint;
  readonly reserved: bigint;
  readonly quarantined: bigint;
}

async function readPools(tables: Tables, after: string, take: number): Promise<PoolRow[]> {
  return tables.$queryRaw<PoolRow[]>`
    SELECT p.id, p.name, p.purpose, p.cidr, p.block_prefix AS "prefixLength", (2 ^ (32 - masklen(p.cidr)))::bigint AS size,
      b.blocks, b.claimed, a.free, a.allocated, a.reserved, a.quarantined
    FROM address_pool p
    CROSS JOIN LATERAL (
      SELECT count(*) AS blocks, count(*) FILTER (WHERE holder IS NOT NULL OR released_at IS NOT NULL) AS claimed
      FROM address_block WHERE pool_id = p.id) b
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE state = 'free') AS free, count(*) FILTER (WHERE state = 'allocated') AS allocated,
        count(*) FILTER (WHERE state = 'reserved') AS reserved, count(*) FILTER (WHERE state = 'quarantined') AS quarantined
      FROM address a JOIN address_block ab ON ab.cidr = a.block_cidr WHERE ab.pool_id = p.id) a
    WHERE p.id > ${after} ORDER BY p.id LIMIT ${take}`;
}

/** Blocks of services that nobody has claimed yet hold free addresses; those of pods do only once a node has them. */
function poolOf(row: PoolRow): AddressPool {
  const [free, allocated, reserved, quarantined] = [row.free, row.allocated, row.reserved, row.quarantined].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const known = free + allocated + reserved + quarantined;
  const total = row.purpose === 'services' ? Number(row.size) : known;
  return {
    id: row.id as Id<'pool'>,
    name: row.name,
    purpose: row.purpose,
    cidr: row.cidr,
    addresses: { total, free: free + total - known, allocated, reserved, quarantined },
    blocks: row.purpose === 'pods' ? { prefixLength: row.prefixLength, total: Number(row.blocks), claimed: Number(row.claimed) } : null,
  };
}

export function pools(database: Database): Recorded<AddressPool, PageRequest> {
  return {
    get: (id) =>
      database.read(async (tables) => {
        const row = (await readPools(tables, '', 1000)).find((pool) => pool.id === id);
        return poolOf(found(row, 'address pool', id));
      }),
    list: (query) =>
      database.read(async (tables) => {
        const rows = await page(tables, query, (after, take) => readPools(tables, after, take));
        return { ...rows, items: rows.items.map(poolOf) };
      }),
  };
}
