import type pg from 'pg';
import type { Client } from './client.ts';

interface Made {
  readonly id: string;
}

/** A service as the benchmark makes them: one port, no selector. */
export const serviceNamed = (name: string) => ({ name, ports: [{ port: 80 }] });

/** One real service with real endpoints, made through the API: what the others are copies of. */
async function model(client: Client, endpoints: number): Promise<string> {
  const { id } = await client.ok<Made>('POST', '/services', serviceNamed('filled-0'));
  for (let n = 0; n < endpoints; n += 1) await client.ok('POST', '/endpoints', { service: 'filled-0', ip: `10.0.0.${n + 1}`, port: 8080 });
  return id;
}

/** Gives services as many blocks of addresses as `count` services need. */
const MAKE_ADDRESSES = `
  WITH claimed AS (
    UPDATE address_block SET holder = 'services' WHERE cidr IN (
      SELECT b.cidr FROM address_block b JOIN address_pool p ON p.id = b.pool_id
      WHERE p.purpose = 'services' AND b.holder IS NULL ORDER BY b.cidr LIMIT ceil($1::numeric / 254))
    RETURNING cidr)
  INSERT INTO address (ip, block_cidr, holder, state)
  SELECT host(cidr)::inet + n, cidr, 'services', CASE WHEN n IN (0, 255) THEN 'reserved' ELSE 'free' END FROM claimed, generate_series(0, 255) n`;

/** Services that may come beside those that are filled in: the floor takes free addresses and makes none. */
const ROOM = 40_000;

/** Which copy gets which address and revision. */
const CHOOSE = `
  CREATE TEMPORARY TABLE copy AS
  SELECT n, 'svc_00' || lpad(n::text, 8, '0') || left(md5(n::text), 24) AS id, ip, c.revision + n AS revision
  FROM (SELECT ip, row_number() OVER (ORDER BY ip) AS n FROM address WHERE holder = 'services' AND state = 'free' ORDER BY ip LIMIT $1) free, revision_counter c`;

/** Copies of the model in every table that a creation writes to, with a history of their own. */
const COPY = [
  `UPDATE address a SET state = 'allocated', owner_id = copy.id FROM copy WHERE a.ip = copy.ip`,
  `INSERT INTO service SELECT (jsonb_populate_record(s, jsonb_build_object('id', copy.id, 'name', 'filled-' || n, 'cluster_ip', host(copy.ip),
     'revision', copy.revision, 'dataplane_revision', copy.revision))).* FROM service s, copy WHERE s.name = 'filled-0'`,
  `INSERT INTO endpoint SELECT (jsonb_populate_record(e, jsonb_build_object('id', 'ep_' || md5(e.id || n), 'service_id', copy.id,
     'ip', host('10.0.0.0'::inet + n * 5 + (e.ip - '10.0.0.0'::inet)), 'revision', copy.revision))).*
   FROM endpoint e JOIN service s ON s.id = e.service_id, copy WHERE s.name = 'filled-0'`,
  `INSERT INTO object_version SELECT (jsonb_populate_record(v, jsonb_build_object('object_id', copy.id, 'revision', copy.revision,
     'dataplane_revision', copy.revision, 'object', v.object || jsonb_build_object('id', copy.id, 'name', 'filled-' || n)))).*
   FROM object_version v JOIN service s ON s.id = v.object_id, copy WHERE s.name = 'filled-0' AND v.type = 'ADDED'`,
  `INSERT INTO desired_version SELECT d.id, d.revision, 'service', NULL, NULL, d.body::jsonb FROM desired_service d JOIN copy ON copy.id = d.id`,
  `INSERT INTO desired_version SELECT d.id, d.revision, 'endpoint', NULL, d.service_id, d.body::jsonb FROM desired_endpoint d JOIN copy ON copy.id = d.service_id`,
  `INSERT INTO change SELECT (jsonb_populate_record(c, jsonb_build_object('revision', copy.revision, 'id', md5('change' || n), 'object_id', copy.id,
     'object_name', 'filled-' || n))).* FROM change c JOIN service s ON s.id = c.object_id, copy
   WHERE s.name = 'filled-0' AND c.operation = 'serviceCreate'`,
  `UPDATE revision_counter SET revision = GREATEST(revision, (SELECT max(revision) FROM copy)), fleet_revision = GREATEST(revision, (SELECT max(revision) FROM copy))`,
  'DROP TABLE copy',
];

const ENDPOINTS_EACH = 5;

/** Makes the cluster hold `services` services with five endpoints each: the first through the API, the others as copies of its rows. */
export async function fill(sql: pg.Client, client: Client, services: number): Promise<void> {
  await model(client, ENDPOINTS_EACH);
  await sql.query(MAKE_ADDRESSES, [services + ROOM]);
  await sql.query('BEGIN');
  await sql.query(CHOOSE, [services - 1]);
  for (const statement of COPY) await sql.query(statement);
  await sql.query('COMMIT');
  await sql.query('VACUUM ANALYZE');
}
