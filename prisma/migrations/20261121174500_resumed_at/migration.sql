-- When a gap ended, and not until when there is amnesty: how long that lasts is a setting, which may have changed since.
ALTER TABLE "lease_watch" RENAME COLUMN "amnesty_until" TO "resumed_at";
