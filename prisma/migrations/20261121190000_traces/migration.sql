-- Packets that are followed, or were: what was asked for, and what was found.

CREATE TABLE "trace" (
    "id" TEXT NOT NULL,
    "spec" JSONB NOT NULL,
    "status" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "trace_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "trace_created_at_idx" ON "trace"("created_at");
