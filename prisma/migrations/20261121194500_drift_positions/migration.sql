-- Where an event of drift stands among all that nodes have told: what watches of them go on from. What was told before, and what a control plane
-- of before tells while both run, is 0: lists have it, watches do not tell of it.

ALTER TABLE "drift_event" ADD COLUMN "position" BIGINT NOT NULL DEFAULT 0, ADD COLUMN "first_position" BIGINT NOT NULL DEFAULT 0;
CREATE INDEX "drift_event_position_idx" ON "drift_event"("position");
