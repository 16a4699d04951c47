-- What receipts that carried many changes can be found by, once for all of them: a storm of changes to a thousand nodes wrote the same hundreds of terms a thousand times.

CREATE TABLE "receipt_terms" (
  "sha256" TEXT NOT NULL,
  "terms" TEXT[] NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "receipt_terms_pkey" PRIMARY KEY ("sha256")
);
CREATE INDEX "receipt_terms_terms_idx" ON "receipt_terms" USING GIN ("terms");
CREATE INDEX "receipt_terms_at_idx" ON "receipt_terms"("at");

ALTER TABLE "receipt" ADD COLUMN "terms_sha256" TEXT;
CREATE INDEX "receipt_terms_sha256_serial_idx" ON "receipt"("terms_sha256", "serial") WHERE "terms_sha256" IS NOT NULL;

-- A version of before reads and seals a receipt by its own terms only: clusters that it may be at work in share none yet. The next version's migration has every cluster share them.
ALTER TABLE "cluster" ADD COLUMN "shared_terms" BOOLEAN NOT NULL DEFAULT false;
