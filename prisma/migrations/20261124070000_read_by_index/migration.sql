-- Every pull asks which nodes changed since it was there last.
CREATE INDEX "node_dataplane_revision_idx" ON "node"("dataplane_revision");

-- Nothing is looked for in what objects were: to unpack thousands of them whenever there are a tenth more took half a second of processor time, and told the planner nothing.
ALTER TABLE "change" ALTER COLUMN "before" SET STATISTICS 0, ALTER COLUMN "after" SET STATISTICS 0;
ALTER TABLE "object_version" ALTER COLUMN "object" SET STATISTICS 0;
ALTER TABLE "desired_version" ALTER COLUMN "body" SET STATISTICS 0;
ALTER TABLE "receipt" ALTER COLUMN "record" SET STATISTICS 0, ALTER COLUMN "signature" SET STATISTICS 0;
