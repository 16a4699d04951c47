-- What plan tokens are signed with: 244 random bits, the same for every replica.

ALTER TABLE "cluster" ADD COLUMN "plan_key" TEXT NOT NULL DEFAULT (gen_random_uuid()::text || gen_random_uuid()::text);
