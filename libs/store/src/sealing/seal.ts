import { type ChainHead, type ChainName, GENESIS, linkHash, recordDigest } from '@weft/model';
import type { Database, Tables } from '../database/database.ts';
import { type SealedRecord, SOURCES } from './sources.ts';

/** Records that are sealed in one transaction. */
const BATCH = 500;

/** Where a chain stands, and the position of the record in its last link. */
export async function headOf(tables: Tables, chain: ChainName): Promise<ChainHead & { readonly position: bigint }> {
  const last = await tables.chainLink.findFirst({ where: { chain }, orderBy: { seq: 'desc' } });
  return last === null ? { ...GENESIS, position: 0n } : { seq: Number(last.seq), hash: last.hash, position: last.position };
}

/** The links that follow a head, for records in this order. */
function linksAfter(chain: ChainName, before: ChainHead, records: readonly SealedRecord[]) {
  let head: ChainHead = before;
  return records.map(({ id, position, record }) => {
    const digest = recordDigest(record);
    head = { seq: head.seq + 1, hash: linkHash(chain, head, id, digest) };
    return { seq: head.seq, recordId: id, position: String(position), digest, hash: head.hash };
  });
}

/**
 * Seals the next records of a chain. The lock makes it one sealer at a time, however many replicas try; reading the head inside of it makes every link follow the one before;
 * and the primary key would refuse a fork even so.
 */
export function sealBatch(database: Database, chain: ChainName): Promise<number> {
  return database.transaction(async (tables) => {
    const [turn] = await tables.$queryRaw<{ ours: boolean }[]>`
      SELECT pg_try_advisory_xact_lock(hashtextextended(${`seal:${chain}`}, 0)) AS ours`;
    if (turn?.ours !== true) return 0;
    const head = await headOf(tables, chain);
    const records = await SOURCES[chain].unsealed(tables, head.position, BATCH);
    if (records.length === 0) return 0;
    await tables.$executeRaw`
      INSERT INTO chain_link (chain, seq, record_id, position, digest, hash)
      SELECT ${chain}, l.seq, l."recordId", l.position, l.digest, l.hash
      FROM jsonb_to_recordset(${JSON.stringify(linksAfter(chain, head, records))}::jsonb)
        AS l (seq bigint, "recordId" text, position bigint, digest text, hash text)`;
    await SOURCES[chain].sealed(tables, records);
    return records.length;
  });
}
