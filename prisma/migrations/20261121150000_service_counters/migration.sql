-- Written again and again by every node: room is left in each page, so that a new value stays beside the old one and no index is touched.
CREATE TABLE "service_counter" (
    "service_id" TEXT NOT NULL,
    "node_id" TEXT NOT NULL,
    "protocol" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "connections" BIGINT NOT NULL,
    "packets" BIGINT,
    "bytes" BIGINT,
    "reported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "service_counter_pkey" PRIMARY KEY ("service_id","node_id","protocol","port")
) WITH (fillfactor = 60);

CREATE INDEX "service_counter_node_id_idx" ON "service_counter"("node_id");

ALTER TABLE "service_counter" ADD CONSTRAINT "service_counter_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "service_counter" ADD CONSTRAINT "service_counter_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "node"("id") ON DELETE CASCADE ON UPDATE CASCADE;
