-- Tokens of people: what they reach, how long they hold, who made them. A revoked token stays as a row, so that whoever held it can still be told apart.

ALTER TABLE "token"
    ADD COLUMN "namespaces" JSONB,
    ADD COLUMN "expires_at" TIMESTAMPTZ(3),
    ADD COLUMN "revoked_at" TIMESTAMPTZ(3),
    ADD COLUMN "created_by" TEXT,
    ADD COLUMN "last_used_at" TIMESTAMPTZ(3),
    ADD CONSTRAINT "token_namespaces" CHECK (jsonb_array_length("namespaces") > 0);

-- A node has two credentials for as long as one takes over from the other.
DROP INDEX "token_node_id_key";
CREATE INDEX "token_node_id_idx" ON "token"("node_id");

-- A name is free again once its token is revoked.
DROP INDEX "token_role_name_key";
CREATE UNIQUE INDEX "token_name_key" ON "token"("name") WHERE "node_id" IS NULL AND "revoked_at" IS NULL;
