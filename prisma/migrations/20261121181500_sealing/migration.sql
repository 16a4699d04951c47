-- Texts once for all receipts that have them.
CREATE TABLE "receipt_text" (
  "sha256" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "used_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "receipt_text_pkey" PRIMARY KEY ("sha256")
);
CREATE INDEX "receipt_text_used_at_idx" ON "receipt_text"("used_at");

INSERT INTO "receipt_text" (sha256, text, used_at)
SELECT encode(sha256(convert_to(s->>'input', 'UTF8')), 'hex'), s->>'input', max(r.received_at)
FROM "receipt" r, jsonb_array_elements(r.steps) s GROUP BY s->>'input';

-- What a node says stands word for word in one column, as a signature is over words.
ALTER TABLE "receipt" ADD COLUMN "record" JSONB, ADD COLUMN "signature" JSONB, ADD COLUMN "terms" TEXT[];

UPDATE "receipt" r SET
  record = jsonb_build_object(
    'id', id, 'fromRevision', from_revision, 'toRevision', to_revision, 'cause', cause, 'backend', backend,
    'startedAt', to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'durationMs', duration_ms, 'outcome', outcome, 'message', message, 'configHash', config_hash,
    'rulesHash', NULL, 'leftOut', '[]'::jsonb, 'readBack', NULL,
    'steps', (
      SELECT coalesce(jsonb_agg((s - 'input') || jsonb_build_object('inputSha256', encode(sha256(convert_to(s->>'input', 'UTF8')), 'hex')) ORDER BY n), '[]')
      FROM jsonb_array_elements(steps) WITH ORDINALITY AS steps (s, n))),
  terms = ARRAY['outcome=' || outcome, 'cause=' || cause] || (
    SELECT coalesce(array_agg(DISTINCT t), '{}') FROM "change" c, unnest(ARRAY['request=' || c.request_id, 'object=' || c.object_id, 'actor=' || c.actor_name]) t
    WHERE c.revision > GREATEST(r.from_revision, r.to_revision - 1000) AND c.revision <= r.to_revision
      AND (c.concerns_all OR r.node_id = ANY (c.concerned_nodes)));

ALTER TABLE "receipt" ALTER COLUMN "record" SET NOT NULL,
  DROP COLUMN "cause", DROP COLUMN "backend", DROP COLUMN "started_at", DROP COLUMN "duration_ms", DROP COLUMN "outcome",
  DROP COLUMN "message", DROP COLUMN "config_hash", DROP COLUMN "steps";

DROP INDEX "receipt_node_name_idx";
DROP INDEX "receipt_to_revision_idx";
CREATE INDEX "receipt_node_name_serial_idx" ON "receipt"("node_name", "serial");
CREATE INDEX "receipt_node_id_to_revision_idx" ON "receipt"("node_id", "to_revision");
CREATE INDEX "receipt_received_at_idx" ON "receipt"("received_at");
CREATE INDEX "receipt_terms_idx" ON "receipt" USING GIN ("terms");

CREATE INDEX "change_actor_name_revision_idx" ON "change"("actor_name", "revision");
CREATE INDEX "change_operation_revision_idx" ON "change"("operation", "revision");

CREATE TABLE "receipt_key" (
  "fingerprint" TEXT NOT NULL,
  "node_id" TEXT NOT NULL,
  "public_key" TEXT NOT NULL,
  "registered_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "receipt_key_pkey" PRIMARY KEY ("fingerprint")
);
CREATE INDEX "receipt_key_node_id_idx" ON "receipt_key"("node_id");

-- What was there before is sealed first.
CREATE TABLE "unsealed_receipt" (
  "serial" BIGINT NOT NULL,
  CONSTRAINT "unsealed_receipt_pkey" PRIMARY KEY ("serial")
);
INSERT INTO "unsealed_receipt" SELECT serial FROM "receipt";

CREATE TABLE "chain_link" (
  "chain" TEXT NOT NULL,
  "seq" BIGINT NOT NULL,
  "record_id" TEXT NOT NULL,
  "position" BIGINT NOT NULL,
  "digest" TEXT NOT NULL,
  "hash" TEXT NOT NULL,
  CONSTRAINT "chain_link_pkey" PRIMARY KEY ("chain", "seq")
);
CREATE UNIQUE INDEX "chain_link_chain_record_id_key" ON "chain_link"("chain", "record_id");

CREATE TABLE "checkpoint" (
  "id" TEXT NOT NULL,
  "serial" BIGSERIAL NOT NULL,
  "body" JSONB NOT NULL,
  CONSTRAINT "checkpoint_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "checkpoint_serial_key" ON "checkpoint"("serial");
