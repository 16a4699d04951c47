-- How a node sends to others, where that is not what the cluster says: so that another way comes to one node after the other.

ALTER TABLE "node" ADD COLUMN "overlay" TEXT;
ALTER TABLE "node" ADD CONSTRAINT "node_overlay_check" CHECK ("overlay" IN ('auto', 'vxlan', 'direct'));

CREATE OR REPLACE VIEW "desired_node" AS
SELECT "id", "dataplane_revision" AS "revision", json_build_object('id', "id", 'revision', "dataplane_revision", 'name', "name", 'zone', "zone",
    'backend', "backend", 'podLink', "pod_link", 'overlay', "overlay", 'address', "address", 'mtu', "mtu", 'podBlocks', "pod_blocks",
    'nodePortAddresses', "node_port_addresses", 'strictArp', "strict_arp") AS "body"
FROM "node";

-- History and kept answers are shown with every field that there is now.
UPDATE "object_version" SET "object" = '{"overlay":null}'::jsonb || "object" WHERE "kind" = 'node';
UPDATE "desired_version" SET "body" = '{"overlay":null}'::jsonb || "body" WHERE "kind" = 'node' AND "body" IS NOT NULL;
UPDATE "idempotency_key" SET "answer" = '{"overlay":null}'::jsonb || "answer" WHERE "path" = '/nodes' AND "answer" IS NOT NULL;
