-- How much a namespace may hold; one without a row holds as much as there is room for.

CREATE TABLE "quota" (
    "namespace" TEXT NOT NULL,
    "limits" JSONB NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "quota_pkey" PRIMARY KEY ("namespace")
);
ALTER TABLE "quota" ADD CONSTRAINT "quota_namespace_fkey" FOREIGN KEY ("namespace") REFERENCES "namespace"("name") ON DELETE CASCADE ON UPDATE CASCADE;
