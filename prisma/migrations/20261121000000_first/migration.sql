CREATE TABLE "revision_counter" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "epoch" TEXT NOT NULL,
    "revision" BIGINT NOT NULL DEFAULT 0,
    "fleet_revision" BIGINT NOT NULL DEFAULT 0,
    "oldest" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "revision_counter_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "cluster" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "network" JSONB NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "cluster_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "namespace" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL,
    "label_terms" TEXT[],
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "namespace_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "node" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL,
    "label_terms" TEXT[],
    "zone" TEXT,
    "backend" TEXT NOT NULL,
    "pod_link" TEXT NOT NULL,
    "cordoned" BOOLEAN NOT NULL,
    "address" TEXT,
    "mtu" INTEGER,
    "pod_blocks" TEXT[],
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "dataplane_revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "node_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "node_state" (
    "node_id" TEXT NOT NULL,
    "session" TEXT,
    "epoch" TEXT NOT NULL,
    "applied_revision" BIGINT NOT NULL DEFAULT 0,
    "own_revision" BIGINT NOT NULL DEFAULT 0,
    "config_hash" TEXT,
    "last_seen_at" TIMESTAMPTZ(3),
    "failure" JSONB,
    "facts" JSONB,

    CONSTRAINT "node_state_pkey" PRIMARY KEY ("node_id")
);

CREATE TABLE "address_pool" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "cidr" INET NOT NULL,
    "block_prefix" INTEGER NOT NULL,

    CONSTRAINT "address_pool_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "address_block" (
    "cidr" INET NOT NULL,
    "pool_id" TEXT NOT NULL,
    "holder" TEXT,
    "released_at" TIMESTAMPTZ(3),
    "released_revision" BIGINT,

    CONSTRAINT "address_block_pkey" PRIMARY KEY ("cidr")
);

CREATE TABLE "address" (
    "ip" INET NOT NULL,
    "block_cidr" INET NOT NULL,
    "holder" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'free',
    "owner_id" TEXT,
    "released_at" TIMESTAMPTZ(3),
    "released_revision" BIGINT,

    CONSTRAINT "address_pkey" PRIMARY KEY ("ip")
);

CREATE TABLE "pod" (
    "id" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL,
    "label_terms" TEXT[],
    "node_id" TEXT NOT NULL,
    "ip" INET NOT NULL,
    "ports" JSONB NOT NULL,
    "readiness_probe" JSONB,
    "runtime" JSONB NOT NULL,
    "phase" TEXT NOT NULL DEFAULT 'Pending',
    "ready" BOOLEAN NOT NULL DEFAULT false,
    "reason" TEXT NOT NULL,
    "message" TEXT NOT NULL DEFAULT '',
    "ready_since" TIMESTAMPTZ(3) NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "dataplane_revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "pod_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "service" (
    "id" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL,
    "label_terms" TEXT[],
    "type" TEXT NOT NULL,
    "selector" JSONB,
    "selector_terms" TEXT[],
    "cluster_ip" INET,
    "ports" JSONB NOT NULL,
    "endpoints_ready" INTEGER NOT NULL DEFAULT 0,
    "endpoints_total" INTEGER NOT NULL DEFAULT 0,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "dataplane_revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "service_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "node_port" (
    "protocol" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "service_id" TEXT NOT NULL,

    CONSTRAINT "node_port_pkey" PRIMARY KEY ("protocol","port")
);

CREATE TABLE "endpoint" (
    "id" TEXT NOT NULL,
    "service_id" TEXT NOT NULL,
    "port_name" TEXT NOT NULL,
    "ip" INET NOT NULL,
    "port" INTEGER NOT NULL,
    "node_id" TEXT,
    "pod_id" TEXT,
    "ready" BOOLEAN NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "endpoint_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "change" (
    "revision" BIGINT NOT NULL,
    "id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "request_id" TEXT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "actor_token_id" TEXT,
    "source_address" TEXT,
    "operation" TEXT NOT NULL,
    "object_kind" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "object_namespace" TEXT,
    "object_name" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "concerns_all" BOOLEAN NOT NULL,
    "concerned_nodes" TEXT[],

    CONSTRAINT "change_pkey" PRIMARY KEY ("revision")
);

CREATE TABLE "object_version" (
    "revision" BIGINT NOT NULL,
    "object_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "namespace" TEXT,
    "type" TEXT NOT NULL,
    "node_id" TEXT,
    "dataplane_revision" BIGINT,
    "object" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "object_version_pkey" PRIMARY KEY ("revision","object_id")
);

CREATE TABLE "receipt" (
    "id" TEXT NOT NULL,
    "serial" BIGSERIAL NOT NULL,
    "node_id" TEXT NOT NULL,
    "node_name" TEXT NOT NULL,
    "from_revision" BIGINT NOT NULL,
    "to_revision" BIGINT NOT NULL,
    "cause" TEXT NOT NULL,
    "backend" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "duration_ms" DOUBLE PRECISION NOT NULL,
    "outcome" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "config_hash" TEXT NOT NULL,
    "steps" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "receipt_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "idempotency_key" (
    "actor" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "status" INTEGER,
    "answer" JSONB,
    "revision" BIGINT,
    "concerns" JSONB,
    "operation_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("actor","method","path","key")
);

CREATE TABLE "token" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "node_id" TEXT,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "token_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "task_period" (
    "task" TEXT NOT NULL,
    "claimed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "task_period_pkey" PRIMARY KEY ("task")
);

CREATE UNIQUE INDEX "namespace_name_key" ON "namespace"("name");

CREATE UNIQUE INDEX "node_name_key" ON "node"("name");

CREATE UNIQUE INDEX "address_pool_name_key" ON "address_pool"("name");

CREATE UNIQUE INDEX "address_pool_cidr_key" ON "address_pool"("cidr");

CREATE INDEX "address_block_holder_idx" ON "address_block"("holder");

CREATE INDEX "address_block_cidr_idx" ON "address"("block_cidr");

CREATE INDEX "address_owner_id_idx" ON "address"("owner_id");

CREATE UNIQUE INDEX "pod_ip_key" ON "pod"("ip");

CREATE INDEX "pod_label_terms_idx" ON "pod" USING GIN ("label_terms");

CREATE INDEX "pod_node_id_dataplane_revision_idx" ON "pod"("node_id", "dataplane_revision");

CREATE UNIQUE INDEX "pod_namespace_name_key" ON "pod"("namespace", "name");

CREATE UNIQUE INDEX "service_cluster_ip_key" ON "service"("cluster_ip");

CREATE INDEX "service_dataplane_revision_idx" ON "service"("dataplane_revision");

CREATE UNIQUE INDEX "service_namespace_name_key" ON "service"("namespace", "name");

CREATE INDEX "node_port_service_id_idx" ON "node_port"("service_id");

CREATE INDEX "endpoint_pod_id_idx" ON "endpoint"("pod_id");

CREATE INDEX "endpoint_node_id_idx" ON "endpoint"("node_id");

CREATE UNIQUE INDEX "endpoint_service_id_port_name_ip_port_key" ON "endpoint"("service_id", "port_name", "ip", "port");

CREATE UNIQUE INDEX "change_id_key" ON "change"("id");

CREATE INDEX "change_at_idx" ON "change"("at");

CREATE INDEX "change_request_id_idx" ON "change"("request_id");

CREATE INDEX "change_object_id_revision_idx" ON "change"("object_id", "revision");

CREATE INDEX "object_version_kind_revision_idx" ON "object_version"("kind", "revision");

CREATE UNIQUE INDEX "receipt_serial_key" ON "receipt"("serial");

CREATE INDEX "receipt_node_name_idx" ON "receipt"("node_name");

CREATE INDEX "receipt_to_revision_idx" ON "receipt"("to_revision");

CREATE INDEX "idempotency_key_created_at_idx" ON "idempotency_key"("created_at");

CREATE UNIQUE INDEX "token_node_id_key" ON "token"("node_id");

CREATE UNIQUE INDEX "token_sha256_key" ON "token"("sha256");

CREATE UNIQUE INDEX "token_role_name_key" ON "token"("role", "name");

ALTER TABLE "node_state" ADD CONSTRAINT "node_state_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "address_block" ADD CONSTRAINT "address_block_pool_id_fkey" FOREIGN KEY ("pool_id") REFERENCES "address_pool"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "address" ADD CONSTRAINT "address_block_cidr_fkey" FOREIGN KEY ("block_cidr") REFERENCES "address_block"("cidr") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "pod" ADD CONSTRAINT "pod_namespace_fkey" FOREIGN KEY ("namespace") REFERENCES "namespace"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "pod" ADD CONSTRAINT "pod_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "node"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "service" ADD CONSTRAINT "service_namespace_fkey" FOREIGN KEY ("namespace") REFERENCES "namespace"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "node_port" ADD CONSTRAINT "node_port_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "endpoint" ADD CONSTRAINT "endpoint_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "endpoint" ADD CONSTRAINT "endpoint_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "node"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "endpoint" ADD CONSTRAINT "endpoint_pod_id_fkey" FOREIGN KEY ("pod_id") REFERENCES "pod"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "token" ADD CONSTRAINT "token_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma has no word for.

-- The counter and the heartbeats rewrite the same rows all the time: room for that within the page (HOT updates).
ALTER TABLE "revision_counter" SET (fillfactor = 10);
ALTER TABLE "node_state" SET (fillfactor = 50);

ALTER TABLE "revision_counter" ADD CONSTRAINT "revision_counter_one_row" CHECK ("id" = 1);
ALTER TABLE "cluster" ADD CONSTRAINT "cluster_one_row" CHECK ("id" = 1);
ALTER TABLE "address" ADD CONSTRAINT "address_state" CHECK ("state" IN ('free', 'allocated', 'reserved', 'quarantined'));
ALTER TABLE "address" ADD CONSTRAINT "address_owner" CHECK (("owner_id" IS NOT NULL) = ("state" = 'allocated'));
ALTER TABLE "address" ADD CONSTRAINT "address_in_block" CHECK ("ip" <<= "block_cidr");
ALTER TABLE "address_block" ADD CONSTRAINT "address_block_released" CHECK ("holder" IS NULL OR "released_at" IS NULL);
ALTER TABLE "token" ADD CONSTRAINT "token_node" CHECK (("node_id" IS NOT NULL) = ("role" = 'node'));

-- Claims read these in order and skip what others have locked.
CREATE INDEX "address_free" ON "address" ("holder", "ip") WHERE "state" = 'free';
CREATE INDEX "address_quarantined" ON "address" ("released_at") WHERE "state" = 'quarantined';
CREATE INDEX "address_block_free" ON "address_block" ("pool_id", "cidr") WHERE "holder" IS NULL AND "released_at" IS NULL;
-- "Who has to know?" asks for changes of all nodes after a revision.
CREATE INDEX "change_concerning_all" ON "change" ("revision") WHERE "concerns_all";
-- Services whose selector is within a pod's labels.
CREATE INDEX "service_selecting" ON "service" ("namespace") WHERE "selector_terms" <> '{}';
