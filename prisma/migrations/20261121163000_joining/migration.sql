-- Hosts join by one-time tokens and hold credentials that end.

CREATE TABLE "join_token" (
    "id" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "node_name" TEXT,
    "address_cidr" TEXT,
    "require_approval" BOOLEAN NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "used_at" TIMESTAMPTZ(3),
    "used_from" TEXT,
    "used_by_node_id" TEXT,
    "used_by_node_name" TEXT,
    "refusals" INTEGER NOT NULL DEFAULT 0,
    "last_refused_at" TIMESTAMPTZ(3),
    "last_refused_from" TEXT,

    CONSTRAINT "join_token_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "join_token_used" CHECK (("used_at" IS NULL) = ("used_by_node_id" IS NULL))
);
CREATE UNIQUE INDEX "join_token_sha256_key" ON "join_token"("sha256");

ALTER TABLE "node" ADD COLUMN "approved" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "token" ADD COLUMN "redis_sha256" TEXT;

-- A credential that never ended was made by hand, before hosts could join. Its node goes on with it for a day, time enough to join.
UPDATE "token" SET "expires_at" = now() + interval '1 day' WHERE "role" = 'node' AND "expires_at" IS NULL;
