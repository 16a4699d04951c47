import type { ChainLine, ChainName } from '@weft/model';
import { TEXT_MARKED_EVERY } from '../agent/receipts.ts';
import type { Database, Tables } from '../database/database.ts';
import { headOf } from './seal.ts';
import { type Looked, SOURCES } from './sources.ts';

/** Links that are read at a time, with their records. */
const LINKS = 500;
/** Records that are looked through at a time for those in no link. */
const RECORDS = 20_000;
/** Those that are looked through with the changes that they carried, of which each may have some hundred. */
const WITH_CHANGES = 1_000;
/** The least bigint that Postgres has: somebody who plants a record may give it any position. */
const BEFORE_ALL = -(2n ** 63n);
/** Texts that are read at a time: each may have 64 KiB. */
const TEXTS = 50;

type LinkLine = ChainLine & { readonly type: 'LINK' };
type MisfiledLine = ChainLine & { readonly type: 'MISFILED' };

/** Links, and of each whose record does not stand where it stood when it was sealed that it is misfiled: lists go by that, and sealing goes on from the last. */
async function linksAfter(tables: Tables, chain: ChainName, after: bigint): Promise<(LinkLine | MisfiledLine)[]> {
  const links = await tables.chainLink.findMany({ where: { chain, seq: { gt: after } }, orderBy: { seq: 'asc' }, take: LINKS });
  const ids = links.map(({ recordId }) => recordId);
  const found = new Map((await SOURCES[chain].named(tables, ids)).map((one) => [one.id, one]));
  return links.flatMap(({ seq, recordId, position, digest, hash }) => {
    const there = found.get(recordId);
    const link: LinkLine = { type: 'LINK', seq: Number(seq), recordId, digest, hash, record: there?.record ?? null };
    return there === undefined || there.position === position ? [link] : [link, { type: 'MISFILED', recordId }];
  });
}

async function* links(database: Database, chain: ChainName): AsyncGenerator<ChainLine> {
  for (let after = 0; ; ) {
    const batch = await database.read((tables) => linksAfter(tables, chain, BigInt(after)));
    yield* batch;
    const last = batch.findLast((line) => line.type === 'LINK');
    if (last === undefined) return;
    after = last.seq;
  }
}

async function* lookedThrough(
  database: Database,
  look: (tables: Tables, after: bigint) => Promise<Looked[]>,
  type: 'LOOSE' | 'MISFILED',
): AsyncGenerator<ChainLine> {
  for (let after: bigint | null = BEFORE_ALL; after !== null; ) {
    const from: bigint = after;
    const [looked] = await database.read((tables) => look(tables, from));
    for (const recordId of looked?.ids ?? []) yield { type, recordId };
    after = looked?.upTo ?? null;
  }
}

async function* texts(database: Database): AsyncGenerator<ChainLine> {
  for (let after = ''; ; ) {
    const batch = await database.read((tables) =>
      tables.receiptText.findMany({ where: { sha256: { gt: after } }, orderBy: { sha256: 'asc' }, take: TEXTS }),
    );
    for (const { sha256, text } of batch) yield { type: 'TEXT', sha256, text };
    const last = batch.at(-1);
    if (last === undefined) return;
    after = last.sha256;
  }
}

/**
 * Texts of receipts of the last so many seconds that are not there. The oldest hour is left out: a text is kept a little before its receipt comes in. Looked for by receipts, of
 * which each says what it had; whoever deletes the text cannot unsay that.
 */
async function* missingTexts(database: Database, seconds: number): AsyncGenerator<ChainLine> {
  for (let after: bigint | null = BEFORE_ALL; after !== null; ) {
    const from: bigint = after;
    const [looked] = await database.read(
      (tables) => tables.$queryRaw<{ upTo: bigint | null; missing: { sha256: string; recordId: string }[] | null }[]>`
        WITH young AS MATERIALIZED (
          SELECT id, serial, record FROM receipt
          WHERE serial > ${from} AND received_at > clock_timestamp() - make_interval(secs => ${seconds - TEXT_MARKED_EVERY}::float8)
          ORDER BY serial LIMIT ${RECORDS}::int
        ), had AS (
          SELECT hash #>> '{}' AS sha256, min(id) AS id FROM young, jsonb_path_query(record, '$.steps[*].inputSha256') hash GROUP BY 1
        )
        SELECT (SELECT max(serial) FROM young) AS "upTo", (
          SELECT jsonb_agg(jsonb_build_object('sha256', sha256, 'recordId', id) ORDER BY sha256) FROM had
          WHERE NOT EXISTS (SELECT 1 FROM receipt_text t WHERE t.sha256 = had.sha256)) AS missing`,
    );
    for (const missing of looked?.missing ?? []) yield { type: 'NO_TEXT', ...missing };
    after = looked?.upTo ?? null;
  }
}

/** The newest change that is there, and the revision that the cluster has counted up to: one statement, as both move at once. */
async function reached(tables: Tables): Promise<{ readonly recorded: number; readonly revision: number }> {
  const [row] = await tables.$queryRaw<{ recorded: bigint; revision: bigint }[]>`
    SELECT coalesce((SELECT max(revision) FROM change), 0) AS recorded, revision FROM revision_counter`;
  return { recorded: Number(row?.recorded ?? 0), revision: Number(row?.revision ?? 0) };
}

/** Everything that is to be verified about a chain, with texts of receipts for so many seconds. Nothing is held beyond the rows that are being given out. */
export async function* chainLines(database: Database, chain: ChainName, textSeconds: number): AsyncGenerator<ChainLine> {
  const { seq } = await database.read((tables) => headOf(tables, chain));
  yield { type: 'START', seq };
  yield* links(database, chain);
  const { loose, misfiled } = SOURCES[chain];
  yield* lookedThrough(database, (tables, after) => loose(tables, after, RECORDS), 'LOOSE');
  yield* lookedThrough(database, (tables, after) => misfiled(tables, after, WITH_CHANGES), 'MISFILED');
  if (chain === 'receipts') {
    yield* texts(database);
    yield* missingTexts(database, textSeconds);
  }
  const waiting = await database.read(async (tables) => SOURCES[chain].waiting(tables, (await headOf(tables, chain)).position));
  yield { type: 'END', waiting, ...(await database.read(reached)) };
}
