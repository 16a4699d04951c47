-- Columns get their values for what exists by a default, which new rows then do without.

ALTER TABLE "node"
    ADD COLUMN "node_port_addresses" TEXT[] DEFAULT ARRAY[]::TEXT[],
    ADD COLUMN "strict_arp" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "node" ALTER COLUMN "node_port_addresses" DROP DEFAULT, ALTER COLUMN "strict_arp" DROP DEFAULT;

ALTER TABLE "pod"
    ADD COLUMN "weight" INTEGER NOT NULL DEFAULT 1,
    ADD COLUMN "termination_grace_period_seconds" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "terminates_at" TIMESTAMPTZ(3);
ALTER TABLE "pod" ALTER COLUMN "weight" DROP DEFAULT, ALTER COLUMN "termination_grace_period_seconds" DROP DEFAULT;

ALTER TABLE "service"
    ADD COLUMN "external_name" TEXT,
    ADD COLUMN "traffic" JSONB NOT NULL DEFAULT '{"externalIPs":[],"loadBalancerIPs":[],"loadBalancerSourceRanges":[],"sessionAffinity":"None","sessionAffinityTimeoutSeconds":10800,"sessionAffinityScope":"Port","internalTrafficPolicy":"Cluster","externalTrafficPolicy":"Cluster","healthCheckNodePort":null,"trafficDistribution":null,"scheduler":null}',
    ADD COLUMN "publish_not_ready_addresses" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "allocate_load_balancer_node_ports" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "service"
    ALTER COLUMN "traffic" DROP DEFAULT,
    ALTER COLUMN "publish_not_ready_addresses" DROP DEFAULT,
    ALTER COLUMN "allocate_load_balancer_node_ports" DROP DEFAULT;

ALTER TABLE "endpoint"
    ADD COLUMN "weight" INTEGER NOT NULL DEFAULT 1,
    ADD COLUMN "serving" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "terminating" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "endpoint"
    ALTER COLUMN "weight" DROP DEFAULT,
    ALTER COLUMN "serving" DROP DEFAULT,
    ALTER COLUMN "terminating" DROP DEFAULT;
UPDATE "endpoint" SET "serving" = "ready";

CREATE TABLE "external_address" (
    "ip" INET NOT NULL,
    "protocol" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "service_id" TEXT NOT NULL,

    CONSTRAINT "external_address_pkey" PRIMARY KEY ("ip","protocol","port")
);

CREATE INDEX "external_address_service_id_idx" ON "external_address"("service_id");

ALTER TABLE "external_address" ADD CONSTRAINT "external_address_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Pods that are going, for the sweep that ends them.
CREATE INDEX "pod_terminating" ON "pod" ("terminates_at") WHERE "terminates_at" IS NOT NULL;

UPDATE "cluster" SET "network" = '{"externalCidrs":[],"masqueradePorts":null}'::jsonb || "network";

-- History and the answers kept under idempotency keys are objects as the API showed them; they are shown again, with every field that there is now.
CREATE TEMPORARY TABLE "added" ON COMMIT DROP AS
SELECT * FROM (VALUES
    ('service', '{"externalName":null,"externalIPs":[],"loadBalancerIPs":[],"loadBalancerSourceRanges":[],"sessionAffinity":"None","sessionAffinityTimeoutSeconds":10800,"sessionAffinityScope":"Port","internalTrafficPolicy":"Cluster","externalTrafficPolicy":"Cluster","healthCheckNodePort":null,"trafficDistribution":null,"scheduler":null,"publishNotReadyAddresses":false,"allocateLoadBalancerNodePorts":true}'::jsonb),
    ('node', '{"nodePortAddresses":[],"strictArp":false}'),
    ('pod', '{"weight":1,"terminationGracePeriodSeconds":0}'),
    ('endpoint', '{"weight":1}')) AS "fields" ("kind", "fields");
UPDATE "object_version" v SET "object" = a."fields" || v."object" FROM "added" a WHERE a."kind" = v."kind";
UPDATE "object_version" SET "object" = jsonb_set("object", '{status,terminatesAt}', 'null') WHERE "kind" = 'pod';
UPDATE "idempotency_key" k SET "answer" = a."fields" || k."answer" FROM "added" a WHERE k."path" = '/' || a."kind" || 's' AND k."answer" IS NOT NULL;
UPDATE "idempotency_key" SET "answer" = jsonb_set("answer", '{status,terminatesAt}', 'null') WHERE "path" = '/pods' AND "answer" IS NOT NULL;
