import type { ChainLink, ChainName } from '@weft/model';
import { makeId, RECEIPT_CHANGES_MAX } from '@weft/model';
import type { Tables } from '../database/database.ts';
import type { ChangeModel, ReceiptModel } from '../generated/models.ts';
import { auditEventOf } from '../records/change-row.ts';
import { allTerms } from '../records/receipt-terms.ts';
import { sealedReceiptOf } from '../records/receipts.ts';

/** A record as it is sealed. */
export interface SealedRecord {
  readonly id: string;
  /** Its revision or serial. */
  readonly position: bigint;
  readonly record: NonNullable<ChainLink['record']>;
}

/** What came of looking through some records. */
export interface Looked {
  /** The position of the last; null: there were none. */
  readonly upTo: bigint | null;
  readonly ids: readonly string[] | null;
}

/** Where the records of a chain are. */
interface Source {
  /** The next records that are in no link, in the order of their links. `head`: the position of the last that is. */
  unsealed(tables: Tables, head: bigint, limit: number): Promise<SealedRecord[]>;
  /** Called in the transaction that sealed them. */
  sealed(tables: Tables, records: readonly SealedRecord[]): Promise<unknown>;
  /** The records of these ids that are there. */
  named(tables: Tables, ids: readonly string[]): Promise<SealedRecord[]>;
  /** How many records wait. */
  waiting(tables: Tables, head: bigint): Promise<number>;
  /** Looks through so many records from a position on for those that are in no link and do not wait for one. */
  loose(tables: Tables, after: bigint, limit: number): Promise<Looked[]>;
  /** Looks through so many records for those whose columns, which lists and look-ups go by, are not what the records say. */
  misfiled(tables: Tables, after: bigint, limit: number): Promise<Looked[]>;
}

const eventOf = (row: ChangeModel): SealedRecord => ({
  id: makeId('audit', row.id),
  position: row.revision,
  record: auditEventOf(row),
});

async function receiptsOf(tables: Tables, rows: readonly ReceiptModel[]): Promise<SealedRecord[]> {
  const termsOf = await allTerms(tables, rows);
  return rows.map((row) => ({ id: row.id, position: row.serial, record: sealedReceiptOf(row, termsOf(row)) }));
}

/** Revisions are given out in the order of their commits, so what comes after the last that is sealed is all there is to seal. */
const changes: Source = {
  unsealed: async (tables, head, take) =>
    (await tables.change.findMany({ where: { revision: { gt: head } }, orderBy: { revision: 'asc' }, take })).map(eventOf),
  sealed: async () => undefined,
  named: async (tables, ids) =>
    (await tables.change.findMany({ where: { id: { in: ids.map((id) => id.slice(id.indexOf('_') + 1)) } } })).map(eventOf),
  waiting: (tables, head) => tables.change.count({ where: { revision: { gt: head } } }),
  loose: (tables, after, limit) => tables.$queryRaw`
    SELECT max(revision) AS "upTo", array_agg('aud_' || id ORDER BY revision) FILTER (
      WHERE revision <= (SELECT max(position) FROM chain_link WHERE chain = 'changes')
        AND NOT EXISTS (SELECT 1 FROM chain_link WHERE chain = 'changes' AND record_id = 'aud_' || id)) AS ids
    FROM (SELECT id, revision FROM change WHERE revision > ${after} ORDER BY revision LIMIT ${limit}::int) c`,
  // An audit event is made of the very columns that it is found by.
  misfiled: async () => [],
};

/** Serials are given out before the commit: one may come in after greater ones were sealed. So those that wait are listed. */
const receipts: Source = {
  unsealed: async (tables, _head, take) => {
    const waiting = await tables.unsealedReceipt.findMany({ orderBy: { serial: 'asc' }, take });
    const where = { serial: { in: waiting.map(({ serial }) => serial) } };
    return receiptsOf(tables, await tables.receipt.findMany({ where, orderBy: { serial: 'asc' } }));
  },
  sealed: (tables, records) => tables.unsealedReceipt.deleteMany({ where: { serial: { in: records.map(({ position }) => position) } } }),
  named: async (tables, ids) => receiptsOf(tables, await tables.receipt.findMany({ where: { id: { in: [...ids] } } })),
  waiting: (tables) => tables.unsealedReceipt.count(),
  loose: (tables, after, limit) => tables.$queryRaw`
    SELECT max(serial) AS "upTo", array_agg(id ORDER BY serial) FILTER (
      WHERE NOT EXISTS (SELECT 1 FROM chain_link WHERE chain = 'receipts' AND record_id = id)
        AND NOT EXISTS (SELECT 1 FROM unsealed_receipt u WHERE u.serial = r.serial)) AS ids
    FROM (SELECT id, serial FROM receipt WHERE serial > ${after} ORDER BY serial LIMIT ${limit}::int) r`,
  // Changes since it came in are left out: after the database was restored from a dump, revisions of before are given out again. Terms beyond these do not hide it.
  misfiled: (tables, after, limit) => tables.$queryRaw`
    SELECT max(serial) AS "upTo", array_agg(id ORDER BY serial) FILTER (
      WHERE from_revision::text IS DISTINCT FROM record->>'fromRevision' OR to_revision::text IS DISTINCT FROM record->>'toRevision'
        OR NOT terms @> ARRAY['outcome=' || coalesce(record->>'outcome', ''), 'cause=' || coalesce(record->>'cause', '')]
        OR EXISTS (SELECT 1 FROM change c
          WHERE c.revision > GREATEST(from_revision, to_revision - ${RECEIPT_CHANGES_MAX}::int) AND c.revision <= to_revision
            AND c.at < received_at AND (c.concerns_all OR node_id = ANY (c.concerned_nodes))
            AND NOT found_by @> ARRAY['request=' || c.request_id, 'object=' || c.object_id, 'actor=' || c.actor_name])
        OR (signature IS NOT NULL AND NOT EXISTS (SELECT 1 FROM receipt_key k WHERE k.fingerprint = signature->>'key' AND k.node_id = r.node_id))
      ) AS ids
    FROM (SELECT receipt.*, receipt.terms || coalesce(t.terms, '{}') AS found_by FROM receipt LEFT JOIN receipt_terms t ON t.sha256 = terms_sha256
      WHERE serial > ${after} ORDER BY serial LIMIT ${limit}::int) r`,
};

/** Where the records of each chain are. */
export const SOURCES = { changes, receipts } as const satisfies Record<ChainName, Source>;
