-- Executors say which links their hosts can make. Of those that have not been heard since, the same is taken as was until now.
UPDATE "node_state" SET "facts" = '{"podLinks": ["bridge", "routed"], "overlays": ["vxlan", "direct"]}'::jsonb || "facts" WHERE "facts" IS NOT NULL;
