-- What nodes had to make true, as of every revision.

ALTER TABLE "revision_counter" ADD COLUMN "past_from" BIGINT NOT NULL DEFAULT 0;

CREATE TABLE "desired_version" (
    "object_id" TEXT NOT NULL,
    "revision" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "node_id" TEXT,
    "service_id" TEXT,
    "body" JSONB,

    CONSTRAINT "desired_version_pkey" PRIMARY KEY ("object_id", "revision"),
    CONSTRAINT "desired_version_kind" CHECK ("kind" IN ('cluster', 'node', 'pod', 'service', 'endpoint')),
    CONSTRAINT "desired_version_node" CHECK ("kind" <> 'pod' OR "node_id" IS NOT NULL),
    CONSTRAINT "desired_version_service" CHECK ("kind" <> 'endpoint' OR "service_id" IS NOT NULL)
);
CREATE INDEX "desired_version_service_id_idx" ON "desired_version"("service_id");
CREATE INDEX "object_version_kind_object_id_revision_idx" ON "object_version"("kind", "object_id", "revision");

-- What a pull sends of each object: said once, for pulls, for plans and for history.

CREATE VIEW "desired_node" AS
SELECT "id", "dataplane_revision" AS "revision", json_build_object('id', "id", 'revision', "dataplane_revision", 'name', "name", 'zone', "zone",
    'backend', "backend", 'podLink', "pod_link", 'address', "address", 'mtu', "mtu", 'podBlocks', "pod_blocks",
    'nodePortAddresses', "node_port_addresses", 'strictArp', "strict_arp") AS "body"
FROM "node";

CREATE VIEW "desired_pod" AS
SELECT "id", "node_id", "dataplane_revision" AS "revision", json_build_object('id', "id", 'revision', "dataplane_revision", 'name', "name",
    'namespace', "namespace", 'ip', host("ip"), 'ports', "ports", 'readinessProbe', "readiness_probe", 'runtime', "runtime") AS "body"
FROM "pod";

-- Endpoints that are ready, and those that are about to go and still serve.
CREATE VIEW "desired_endpoint" AS
SELECT "id", "service_id", "revision", "ip", "port", json_build_object('portName', "port_name", 'ip', host("ip"), 'port', "port", 'node', "node_id",
    'weight', "weight", 'terminating', NOT "ready") AS "body"
FROM "endpoint" WHERE "ready" OR "serving" AND ("terminating" OR "withdrawn" IS NOT NULL);

-- Services that have a dataplane. `body` is without the endpoints, which have a history of their own: one of a thousand changes alone.
CREATE VIEW "desired_service" AS
SELECT "id", "dataplane_revision" AS "revision", json_build_object('id', "id", 'revision', "dataplane_revision", 'name', "name",
    'namespace', "namespace", 'clusterIP', host("cluster_ip"), 'ports', "ports", 'traffic', "traffic") AS "body",
  (SELECT COALESCE(json_agg(e."body" ORDER BY e."ip", e."port"), '[]') FROM "desired_endpoint" e WHERE e."service_id" = "service"."id") AS "endpoints"
FROM "service" WHERE "cluster_ip" IS NOT NULL;

-- History begins here: with every object as it is, and nothing to be asked from before.

INSERT INTO "desired_version" ("object_id", "revision", "kind", "node_id", "service_id", "body")
SELECT 'cluster', 0, 'cluster', NULL, NULL, "network" FROM "cluster"
UNION ALL SELECT "id", "revision", 'node', NULL, NULL, "body"::jsonb FROM "desired_node"
UNION ALL SELECT "id", "revision", 'pod', "node_id", NULL, "body"::jsonb FROM "desired_pod"
UNION ALL SELECT "id", "revision", 'service', NULL, NULL, "body"::jsonb FROM "desired_service"
UNION ALL SELECT "id", "revision", 'endpoint', NULL, "service_id", "body"::jsonb FROM "desired_endpoint";
UPDATE "revision_counter" SET "past_from" = "revision";
