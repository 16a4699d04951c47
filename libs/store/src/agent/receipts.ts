import { canonicalJson, ProblemError, RECEIPT_CHANGES_MAX, type ReceiptRecord, receiptRecord, type SignedReceipt } from '@weft/model';
import { isSignedBy } from '@weft/telemetry';
import type { Database, Tables } from '../database/database.ts';
import type { SharedTerms } from './shared-terms.ts';
import type { Said } from './standing.ts';

/** A text that is in use is marked so this often at most, in seconds: most texts come in again and again. */
export const TEXT_MARKED_EVERY = 3600;

/** What is recorded of receipts, put together once for all that is done with one: its texts are hashed for that. */
const records = new WeakMap<SignedReceipt, ReceiptRecord>();

function recordOf(receipt: SignedReceipt): ReceiptRecord {
  const known = records.get(receipt);
  if (known !== undefined) return known;
  const { signature: _signature, ...report } = receipt;
  const record = receiptRecord(report);
  records.set(receipt, record);
  return record;
}

/**
 * Keeps the texts of receipts, each once. Stands for itself, before the receipts: nodes that are alike send the same texts at the same time, and none waits for the other's
 * transaction. A text whose receipt then does not come in is forgotten with the old ones.
 */
export async function keepTexts(database: Database, receipts: readonly SignedReceipt[]): Promise<void> {
  const texts = new Map(
    receipts.flatMap((receipt) => recordOf(receipt).steps.map((step, at) => [step.inputSha256, receipt.steps[at]?.input ?? ''] as const)),
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

const keptOf = ({ report: { receipts } }: Said): Kept[] =>
  receipts.map((receipt) => ({ record: recordOf(receipt), signature: receipt.signature }));

/** A public key by which receipts may be signed. */
type Keys = ReadonlyMap<string, string>;

/** What is wrong with the first receipt that its node's own keys do not vouch for; null: they vouch for all. A node that never had a key cannot sign. */
function unsignedOf(receipts: readonly Kept[], keys: Keys): ProblemError | null {
  for (const [index, { record, signature }] of receipts.entries()) {
    if (signature === null && keys.size === 0) continue;
    const publicKey = keys.get(signature?.key ?? '');
    if (publicKey !== undefined && isSignedBy(publicKey, canonicalJson(record), signature?.value ?? '')) continue;
    const message = `receipt ${record.id} is not signed with a key of its node`;
    return new ProblemError('ValidationFailed', message, [{ pointer: `/receipts/${index}/signature`, code: 'ValidationFailed', message }]);
  }
  return null;
}

/** Of what nodes say that which has a receipt not signed as it should be, with a ProblemError ValidationFailed. */
export async function unsignedReceipts(tables: Tables, said: readonly Said[]): Promise<ReadonlyMap<Said, ProblemError>> {
  const withReceipts = said.filter(({ report }) => report.receipts.length > 0);
  if (withReceipts.length === 0) return new Map();
  const nodeIds = withReceipts.map(({ nodeId }) => nodeId);
  const keys = await tables.$queryRaw<{ nodeId: string; fingerprint: string; publicKey: string }[]>`
    SELECT node_id AS "nodeId", fingerprint, public_key AS "publicKey" FROM receipt_key WHERE node_id = ANY (${nodeIds}::text[])`;
  const ofNode = Map.groupBy(keys, ({ nodeId }) => nodeId);
  return new Map(
    withReceipts.flatMap((one) => {
      const own = new Map(ofNode.get(one.nodeId)?.map(({ fingerprint, publicKey }) => [fingerprint, publicKey]));
      const problem = unsignedOf(keptOf(one), own);
      return problem === null ? [] : [[one, problem] as const];
    }),
  );
}

/**
 * Keeps what nodes say they did, findable by the changes that it carried (`termsOf`, or its own, which are looked up once for all that carried the same); the commit waits for it. A receipt that was sent before is kept as it first came.
 * Always in the order of nodes and of what each says: those who send the same at the same time do not wait in a circle.
 */
export function keepReceipts(tables: Tables, said: readonly Said[], termsOf: SharedTerms): void {
  const byNode = said.toSorted((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
  const kept = byNode
    .flatMap((one) => keptOf(one).map((receipt) => ({ nodeId: one.nodeId, terms: termsOf(receipt.record), ...receipt })))
    .map((one, at) => ({ at, ...one }));
  if (kept.length === 0) return;
  void tables.$executeRaw`
    WITH said AS (
      SELECT r.at, r."nodeId" AS node_id, r.record, r.terms AS terms_sha256, CASE jsonb_typeof(r.signature) WHEN 'null' THEN NULL ELSE r.signature END AS signature,
        (r.record->>'fromRevision')::bigint AS from_revision, (r.record->>'toRevision')::bigint AS to_revision
      FROM jsonb_to_recordset(${JSON.stringify(kept)}::jsonb) AS r (at int, "nodeId" text, terms text, record jsonb, signature jsonb)
    ), range AS (
      SELECT DISTINCT from_revision, to_revision, GREATEST(from_revision, to_revision - ${RECEIPT_CHANGES_MAX}::int) AS told_after FROM said WHERE terms_sha256 IS NULL
    ), carried AS MATERIALIZED (
      SELECT from_revision, to_revision, told_after,
        EXISTS (SELECT FROM change c WHERE c.revision > told_after AND c.revision <= to_revision AND c.concerned_nodes <> '{}') AS differs,
        ARRAY(SELECT term FROM change c, unnest(ARRAY['request=' || c.request_id, 'object=' || c.object_id, 'actor=' || c.actor_name]) term
          WHERE c.revision > told_after AND c.revision <= to_revision AND c.concerns_all GROUP BY term ORDER BY min(c.revision), term) AS by_all
      FROM range
    ), new AS (
      INSERT INTO receipt (id, node_id, node_name, from_revision, to_revision, record, signature, terms, terms_sha256, received_at)
      SELECT record->>'id', n.id, n.name, from_revision, to_revision, record, signature,
        ARRAY['outcome=' || (record->>'outcome'), 'cause=' || (record->>'cause')] || CASE WHEN terms_sha256 IS NOT NULL THEN '{}' WHEN NOT differs THEN by_all ELSE ARRAY(
          SELECT term FROM change c, unnest(ARRAY['request=' || c.request_id, 'object=' || c.object_id, 'actor=' || c.actor_name]) term
          WHERE c.revision > told_after AND c.revision <= to_revision AND (c.concerns_all OR n.id = ANY (c.concerned_nodes))
          GROUP BY term ORDER BY min(c.revision), term) END,
        terms_sha256, clock_timestamp()
      FROM said CROSS JOIN LATERAL (SELECT id, name FROM node WHERE id = said.node_id LIMIT 1) n LEFT JOIN carried USING (from_revision, to_revision) ORDER BY said.at
      ON CONFLICT (id) DO NOTHING RETURNING serial
    )
    INSERT INTO unsealed_receipt (serial) SELECT serial FROM new`;
}
