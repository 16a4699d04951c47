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

/** What a range was found to have, and when, by performance.now. */
interface Known {
  readonly sha256: string | null;
  readonly at: number;
}

/** Gives the terms that receipts share. See keepsTerms. */
export type KeepTerms = (receipts: readonly Range[]) => Promise<SharedTerms>;

/** Makes the rows of ranges where they lack. Gives the hash of each range that has one, by keyOf. */
async function rowsOf(database: Database, ranges: readonly Range[]): Promise<ReadonlyMap<string, string>> {
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
  return new Map(rows.map(({ from, to, sha256 }) => [keyOf({ fromRevision: Number(from), toRevision: Number(to) }), sha256]));
}

/**
 * Keeps the terms of changes that many receipts carry, once for all of them within a minute, and tells which they are. Stands for itself, before the receipts, as their texts do: none waits for the other's
 * transaction. Changes that concern some nodes only, or are few, are each receipt's own, and so are those up to a revision that is still to come: a database that was restored gives them out again. A row whose
 * receipts then do not come in is forgotten after a day. What was found of a range is known for five seconds.
 */
export function keepsTerms(database: Database): KeepTerms {
  const known = new Map<string, Known>();
  return async (receipts) => {
    const at = performance.now();
    for (const [key, one] of known) if (one.at < at - KNOWN_MS) known.delete(key);
    const many = receipts.filter(({ fromRevision, toRevision }) => (toRevision - fromRevision) * TERMS_OF_A_CHANGE > OWN_TERMS_MAX);
    const ranges = new Map(many.map((range) => [keyOf(range), range]));
    const names = new Map([...known].filter(([key]) => ranges.has(key)));
    const unknown = [...ranges].filter(([key]) => !names.has(key));
    if (unknown.length > 0) {
      const rows = await rowsOf(
        database,
        unknown.map(([, range]) => range),
      );
      for (const [key] of unknown) {
        const found = { sha256: rows.get(key) ?? null, at };
        known.set(key, found);
        names.set(key, found);
      }
    }
    return (range) => names.get(keyOf(range))?.sha256 ?? null;
  };
}
