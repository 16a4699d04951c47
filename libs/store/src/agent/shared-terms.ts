import { RECEIPT_CHANGES_MAX, type SignedReceipt } from '@weft/model';
import type { Database } from '../database/database.ts';

/** Of a receipt that carried changes with more terms than this, they are kept once for all that carried the same: a storm brings hundreds to a thousand nodes. */
const OWN_TERMS_MAX = 24;

/** A change has so many terms at the most. */
const TERMS_OF_A_CHANGE = 3;

/** Between which revisions a receipt led its node. */
type Range = Pick<SignedReceipt, 'fromRevision' | 'toRevision'>;

/** The ReceiptTerms of a receipt; null: it keeps its own. */
export type SharedTerms = (range: Range) => string | null;

const keyOf = ({ fromRevision, toRevision }: Range) => `${fromRevision} ${toRevision}`;

/** So long, in ms, it is not asked again which row a range has: those who were told the same report in hundreds within some seconds. */
const KNOWN_MS = 5_000;

/** What is known of a range, and since when, by performance.now. */
interface Known {
  readonly sha256: Promise<string | null>;
  readonly at: number;
}

/**
 * Keeps the terms of changes that many receipts carry, once for all of them within a minute, and tells which they are. Stands for itself, before the receipts, as their texts do: none waits for the other's
 * transaction. Changes that concern some nodes only, or are few, are each receipt's own, and so are those up to a revision that is still to come: a database that was restored gives them out again. A row whose
 * receipts then do not come in is forgotten after a day.
 */
export type KeepTerms = (receipts: readonly Range[]) => Promise<SharedTerms>;

/** Keeps the terms of ranges. Gives the hash of each that has a row, by keyOf. */
async function keep(database: Database, ranges: readonly Range[]): Promise<ReadonlyMap<string, string>> {
  const list = JSON.stringify(ranges.map(({ fromRevision, toRevision }) => ({ from: fromRevision, to: toRevision })));
  const rows = await database.read(
    (tables) => tables.$queryRaw<{ from: bigint; to: bigint; sha256: string }[]>`
      WITH range AS (
        SELECT "from", "to", GREATEST("from", "to" - ${RECEIPT_CHANGES_MAX}::int) AS told_after FROM jsonb_to_recordset(${list}::jsonb) AS r ("from" bigint, "to" bigint)
      ), carried AS MATERIALIZED (
        SELECT "from", "to", ARRAY(
          SELECT term FROM change c, unnest(ARRAY['request=' || c.request_id, 'object=' || c.object_id, 'actor=' || c.actor_name]) term
          WHERE c.revision > told_after AND c.revision <= "to" AND c.concerns_all GROUP BY term ORDER BY min(c.revision), term) AS terms
        FROM range
        WHERE (SELECT shared_terms FROM cluster) AND "to" <= (SELECT revision FROM revision_counter)
          -- Counted: of NOT EXISTS a join is made, which reads all changes that there ever were.
          AND (SELECT count(*) FROM change c WHERE c.revision > told_after AND c.revision <= "to" AND c.concerned_nodes <> '{}') = 0
      ), named AS MATERIALIZED (
        SELECT *, encode(sha256(convert_to(array_to_string((extract(epoch FROM now())::bigint / 60)::text || terms, ' '), 'UTF8')), 'hex') AS sha256
        FROM carried WHERE cardinality(terms) > ${OWN_TERMS_MAX}::int
      ), kept AS (
        INSERT INTO receipt_terms (sha256, terms) SELECT DISTINCT ON (sha256) sha256, terms FROM named n
        WHERE NOT EXISTS (SELECT FROM receipt_terms t WHERE t.sha256 = n.sha256) ORDER BY sha256
        ON CONFLICT (sha256) DO NOTHING
      )
      SELECT "from", "to", sha256 FROM named`,
  );
  return new Map(rows.map(({ from, to, sha256 }) => [`${from} ${to}`, sha256]));
}

/** Keeps the terms of what receipts carried in a database. */
export function keepsTerms(database: Database): KeepTerms {
  const known = new Map<string, Known>();
  return async (receipts) => {
    const at = performance.now();
    for (const [key, one] of known) if (one.at < at - KNOWN_MS) known.delete(key);
    const many = receipts.filter(({ fromRevision, toRevision }) => (toRevision - fromRevision) * TERMS_OF_A_CHANGE > OWN_TERMS_MAX);
    const ranges = new Map(many.map((range) => [keyOf(range), range]));
    const unknown = [...ranges].filter(([key]) => !known.has(key));
    if (unknown.length > 0) {
      const kept = keep(
        database,
        unknown.map(([, range]) => range),
      );
      for (const [key] of unknown) known.set(key, { at, sha256: kept.then((rows) => rows.get(key) ?? null) });
      kept.catch(() => {
        for (const [key] of unknown) known.delete(key);
      });
    }
    const names = new Map(await Promise.all([...ranges.keys()].map(async (key) => [key, (await known.get(key)?.sha256) ?? null] as const)));
    return (range) => names.get(keyOf(range)) ?? null;
  };
}
