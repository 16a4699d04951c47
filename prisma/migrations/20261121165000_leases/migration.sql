-- Nodes that are not heard of, that are emptied, and that are gone.
ALTER TABLE "cluster" ADD COLUMN "not_ready_after_seconds" INTEGER NOT NULL DEFAULT 40;
ALTER TABLE "node" ADD COLUMN "lost_at" TIMESTAMPTZ(3), ADD COLUMN "withdrawn" BOOLEAN NOT NULL DEFAULT false, ADD COLUMN "drain" JSONB;
ALTER TABLE "endpoint" ADD COLUMN "withdrawn" TEXT;

CREATE TABLE "node_lease" (
    "node_id" TEXT NOT NULL,
    "renewed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "node_lease_pkey" PRIMARY KEY ("node_id")
);

CREATE TABLE "lease_watch" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "ticked_at" TIMESTAMPTZ(3) NOT NULL,
    "amnesty_until" TIMESTAMPTZ(3) NOT NULL,
    "heartbeat_seconds" INTEGER NOT NULL DEFAULT 10,
    "braked" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "lease_watch_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "removed_credential" (
    "sha256" TEXT NOT NULL,
    "node_id" TEXT NOT NULL,
    "node_name" TEXT NOT NULL,
    "removed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "removed_credential_pkey" PRIMARY KEY ("sha256")
);

CREATE INDEX "removed_credential_removed_at_idx" ON "removed_credential"("removed_at");

ALTER TABLE "node_lease" ADD CONSTRAINT "node_lease_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma has no word for.

-- Rewritten all the time: room for that within the page (HOT updates).
ALTER TABLE "node_lease" SET (fillfactor = 50);
ALTER TABLE "lease_watch" SET (fillfactor = 10);

ALTER TABLE "lease_watch" ADD CONSTRAINT "lease_watch_one_row" CHECK ("id" = 1);
ALTER TABLE "endpoint" ADD CONSTRAINT "endpoint_withdrawn" CHECK ("withdrawn" IN ('NodeNotReady', 'NodeDraining'));

-- Nobody has looked yet: the first look finds a gap.
INSERT INTO "lease_watch" ("ticked_at", "amnesty_until") VALUES ('epoch', 'epoch');

-- History and answers that were kept say what they would have said.
UPDATE "object_version" SET "object" = "object" || '{"withdrawn": null}' WHERE "kind" = 'endpoint';
UPDATE "idempotency_key" SET "answer" = "answer" || '{"withdrawn": null}' WHERE "path" = '/endpoints' AND "answer" IS NOT NULL;
