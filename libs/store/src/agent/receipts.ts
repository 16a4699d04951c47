import { canonicalJson, ProblemError, RECEIPT_CHANGES_MAX, type ReceiptRecord, receiptRecord, type SignedReceipt } from '@weft/model';
import { isSignedBy } from '@weft/telemetry';
import type { Database, Tables } from '../database/database.ts';

/** A text that is in use is marked so this often at most, in seconds: most texts come in again and again. */
export const TEXT_MARKED_EVERY = 3600;

/**
 * Keeps the texts of receipts, each once. Stands for itself, before the receipts: nodes that are alike send the same texts at the same time, and none waits for the other's
 * transaction. A text whose receipt then does not come in is forgotten with the old ones.
 */
export async function keepTexts(database: Database, receipts: readonly SignedReceipt[]): Promise<void> {
  const texts = new Map(
    receipts.flatMap((receipt) =>
      receiptRecord(receipt).steps.map((step, at) => [step.inputSha256, receipt.steps[at]?.input ?? ''] as const),
    ),
  );
  if (texts.size === 0) return;
  const rows = [...texts].map(([sha256, text]) => ({ sha256, text })).sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  await database.read(
    (tables) => tables.$executeRaw`
      INSERT INTO receipt_text (sha256, text, used_at)
      SELECT t.sha256, t.text, now() FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS t (sha256 text, text text)
      ON CONFLICT (sha256) DO UPDATE SET used_at = excluded.used_at
      WHERE receipt_text.used_at < excluded.used_at - make_interval(secs => ${TEXT_MARKED_EVERY}::float8)`,
  );
}

/** A receipt as it is kept. */
interface Kept {
  readonly record: ReceiptRecord;
  readonly signature: SignedReceipt['signature'];
}

/** Throws ValidationFailed for a receipt that the node's own key does not vouch for. A node that never had a key cannot sign. */
async function requireSignatures(tables: Tables, nodeId: string, receipts: readonly Kept[]): Promise<void> {
  const keys = new Map((await tables.receiptKey.findMany({ where: { nodeId } })).map((key) => [key.fingerprint, key.publicKey]));
  for (const [index, { record, signature }] of receipts.entries()) {
    if (signature === null && keys.size === 0) continue;
    const publicKey = keys.get(signature?.key ?? '');
    if (publicKey !== undefined && isSignedBy(publicKey, canonicalJson(record), signature?.value ?? '')) continue;
    const message = `receipt ${record.id} is not signed with a key of its node`;
    throw new ProblemError('ValidationFailed', message, [{ pointer: `/receipts/${index}/signature`, code: 'ValidationFailed', message }]);
  }
}

/**
 * Keeps what a node says it did, findable by the changes that it carried. A receipt that was sent before is kept as it first came. Throws ValidationFailed for one that is
 * not signed as it should be.
 */
export async function keepReceipts(tables: Tables, nodeId: string, receipts: readonly SignedReceipt[]): Promise<void> {
  if (receipts.length === 0) return;
  const kept = receipts.map(({ signature, ...report }): Kept => ({ record: receiptRecord(report), signature }));
  await requireSignatures(tables, nodeId, kept);
  await tables.$executeRaw`
    WITH said AS (
      SELECT r.record, CASE jsonb_typeof(r.signature) WHEN 'null' THEN NULL ELSE r.signature END AS signature,
        (r.record->>'fromRevision')::bigint AS from_revision, (r.record->>'toRevision')::bigint AS to_revision
      FROM jsonb_to_recordset(${JSON.stringify(kept)}::jsonb) AS r (record jsonb, signature jsonb)
    ), new AS (
      INSERT INTO receipt (id, node_id, node_name, from_revision, to_revision, record, signature, terms, received_at)
      SELECT record->>'id', n.id, n.name, from_revision, to_revision, record, signature,
        ARRAY['outcome=' || (record->>'outcome'), 'cause=' || (record->>'cause')] || ARRAY(
          SELECT term FROM change c, unnest(ARRAY['request=' || c.request_id, 'object=' || c.object_id, 'actor=' || c.actor_name]) term
          WHERE c.revision > GREATEST(from_revision, to_revision - ${RECEIPT_CHANGES_MAX}::int) AND c.revision <= to_revision
            AND (c.concerns_all OR n.id = ANY (c.concerned_nodes))
          GROUP BY term ORDER BY min(c.revision)),
        clock_timestamp()
      FROM said, node n WHERE n.id = ${nodeId}
      ON CONFLICT (id) DO NOTHING RETURNING serial
    )
    INSERT INTO unsealed_receipt (serial) SELECT serial FROM new`;
}
