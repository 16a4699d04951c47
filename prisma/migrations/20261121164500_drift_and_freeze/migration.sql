ALTER TABLE "cluster" ADD COLUMN "frozen" BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE "node" ADD COLUMN "frozen" BOOLEAN NOT NULL DEFAULT false, ADD COLUMN "drift_policy" TEXT NOT NULL DEFAULT 'repair';
ALTER TABLE "node" ADD CONSTRAINT "node_drift_policy_check" CHECK ("drift_policy" IN ('repair', 'observe'));

ALTER TABLE "node_state" ADD COLUMN "frozen" BOOLEAN NOT NULL DEFAULT false, ADD COLUMN "drifts" INTEGER NOT NULL DEFAULT 0, ADD COLUMN "drifted_at" TIMESTAMPTZ(3);

CREATE TABLE "drift_event" (
    "id" TEXT NOT NULL,
    "serial" BIGSERIAL NOT NULL,
    "node_id" TEXT NOT NULL,
    "node_name" TEXT NOT NULL,
    "report" JSONB NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "drift_event_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "drift_event_serial_key" ON "drift_event"("serial");

CREATE INDEX "drift_event_node_name_serial_idx" ON "drift_event"("node_name", "serial");
