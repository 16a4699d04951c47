-- Changes of many nodes in stages.

CREATE TABLE "rollout" (
    "id" TEXT NOT NULL,
    "spec" JSONB NOT NULL,
    "phase" TEXT NOT NULL,
    "message" TEXT NOT NULL DEFAULT '',
    "steps" INTEGER NOT NULL DEFAULT 0,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rollout_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "rollout_phase" CHECK ("phase" IN ('Running', 'Halted', 'Reverting', 'Done', 'Reverted', 'Cancelled'))
);

CREATE TABLE "rollout_node" (
    "rollout_id" TEXT NOT NULL,
    "node_id" TEXT NOT NULL,
    "node_name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "canary" BOOLEAN NOT NULL,
    "state" TEXT NOT NULL,
    "message" TEXT NOT NULL DEFAULT '',
    "since" TIMESTAMPTZ(3) NOT NULL,
    "held" BOOLEAN NOT NULL,
    "before" JSONB,
    "wanted_revision" BIGINT,
    "baseline" JSONB,
    "probes" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "rollout_node_pkey" PRIMARY KEY ("rollout_id", "node_id"),
    CONSTRAINT "rollout_node_state" CHECK ("state" IN ('Waiting', 'Changing', 'Probing', 'Done', 'Failed', 'Reverting', 'Reverted', 'RevertFailed'))
);
ALTER TABLE "rollout_node" ADD CONSTRAINT "rollout_node_rollout_id_fkey" FOREIGN KEY ("rollout_id") REFERENCES "rollout"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma has no word for: a node is in one rollout at a time, and what is under way is found without looking at all there ever were.
CREATE UNIQUE INDEX "rollout_node_held_key" ON "rollout_node"("node_id") WHERE "held";
CREATE INDEX "rollout_under_way_idx" ON "rollout"("id") WHERE "phase" IN ('Running', 'Reverting');
