import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DEFAULT_NETWORK, PLAIN_TRAFFIC } from '@weft/model';
import { initialise, migrate } from '@weft/store';
import { freshDatabase } from '@weft/testing/servers';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');

/** Runs the Prisma CLI on a database, with our stand-in for its native engine. */
async function prisma(databaseUrl: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    PRISMA_SCHEMA_ENGINE_BINARY: join(root, 'tools', 'prisma-schema-engine.mjs'),
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  };
  return promisify(execFile)(join(root, 'node_modules', '.bin', 'prisma'), args, { cwd: root, env }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, output: error.stdout + error.stderr }),
  );
}

async function migrated(): Promise<{ url: string; client: pg.Client }> {
  const { url, drop } = await freshDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(async () => {
    await client.end();
    await drop();
  });
  return { url, client };
}

test('schema and migrations say the same, to Prisma as well', async () => {
  const { url, client } = await migrated();
  const diff = ['migrate', 'diff', '--from-config-datasource', '--to-schema', 'prisma/schema.prisma', '--exit-code'];
  expect(await prisma(url, ...diff)).toMatchObject({ code: 0, output: expect.stringContaining('No difference') });
  expect(await prisma(url, 'migrate', 'status')).toMatchObject({ code: 0, output: expect.stringContaining('up to date') });
  // The check can fail.
  await client.query('ALTER TABLE pod DROP COLUMN message');
  expect(await prisma(url, ...diff)).toMatchObject({ code: 2 });
});

test('migrations are applied once, and by replicas that start together in turn', async () => {
  const { url } = await migrated();
  expect(await Promise.all([migrate({ databaseUrl: url }), migrate({ databaseUrl: url })])).toEqual([[], []]);
});

test('a migration that was edited, is unknown or was left half done stops the start', async () => {
  const { url, client } = await migrated();
  const refusal = async (change: string) => {
    await client.query('BEGIN');
    await client.query(change);
    await client.query('COMMIT');
    return migrate({ databaseUrl: url }).catch((error: Error) => `${error.name}: ${error.message}`);
  };
  expect(await refusal("UPDATE _prisma_migrations SET checksum = 'x'")).toMatch(
    /^MigrationError: migration \w+ was changed after it was applied$/,
  );
  expect(await refusal('UPDATE _prisma_migrations SET finished_at = NULL')).toMatch(/was begun and not finished/);
  expect(await refusal("UPDATE _prisma_migrations SET migration_name = 'of_tomorrow'")).toMatch(/which this version does not know/);
});

test('a version is started again on what a newer one has added, and not on what that has taken away', async () => {
  const { url, client } = await migrated();
  const migratedBy = (name: string) =>
    client.query("INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ($1, 'x', $1, now())", [name]);
  await migratedBy('99991121120000_more');
  expect(await migrate({ databaseUrl: url })).toEqual([]);
  await migratedBy('99991121120001_contract_less');
  await expect(migrate({ databaseUrl: url })).rejects.toThrow('99991121120001_contract_less, which this version does not know');
});

test('a database of the first version gets every field that is new, at the value that asks for nothing', async () => {
  const { client } = await migrated();
  const folder = join(root, 'prisma', 'migrations');
  const sql = async (name: string) => readFile(join(folder, name, 'migration.sql'), 'utf8');
  const [first = '', ...later] = (await readdir(folder, { withFileTypes: true }))
    .flatMap((one) => (one.isDirectory() ? [one.name] : []))
    .sort();
  await client.query(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${await sql(first)}`);
  await client.query(`
    INSERT INTO revision_counter (epoch) VALUES ('e');
    INSERT INTO cluster (network) VALUES ('{"overlay":"vxlan"}');
    INSERT INTO namespace VALUES ('ns_1', 'default', '{}', '{}', 1, 1, now(), now());
    INSERT INTO node (id, name, labels, backend, pod_link, cordoned, revision, dataplane_revision, created_at, updated_at)
      VALUES ('node_1', 'a', '{}', 'nftables', 'bridge', false, 1, 1, now(), now());
    INSERT INTO node_state (node_id, epoch) VALUES ('node_1', 'e');
    INSERT INTO service (id, namespace, name, labels, type, cluster_ip, ports, revision, dataplane_revision, created_at, updated_at)
      VALUES ('svc_1', 'default', 'web', '{}', 'ClusterIP', '198.19.0.1', '[]', 1, 1, now(), now());
    INSERT INTO endpoint (id, service_id, port_name, ip, port, ready, revision, created_at, updated_at)
      VALUES ('ep_1', 'svc_1', '', '203.0.113.1', 80, true, 1, now(), now());
    INSERT INTO object_version VALUES (1, 'svc_1', 'service', 'default', 'ADDED', NULL, 1, '{"name":"web"}', now()),
      (2, 'pod_1', 'pod', 'default', 'ADDED', 'node_1', 2, '{"status":{"ready":true}}', now());
    INSERT INTO idempotency_key VALUES ('user:x', 'POST', '/services', 'k', 'f', 201, '{"name":"web"}');`);
  for (const name of later) await client.query(`BEGIN; ${await sql(name)}; COMMIT`);
  const one = async (query: string) => (await client.query(query)).rows[0].value;
  const plain = { ...PLAIN_TRAFFIC, externalName: null, publishNotReadyAddresses: false, allocateLoadBalancerNodePorts: true };
  expect(await one('SELECT traffic AS value FROM service')).toEqual(PLAIN_TRAFFIC);
  expect(await one('SELECT network AS value FROM cluster')).toEqual({ overlay: 'vxlan', externalCidrs: [], masqueradePorts: null });
  expect(await one('SELECT array[weight::text, serving::text, terminating::text] AS value FROM endpoint')).toEqual(['1', 'true', 'false']);
  expect(await one("SELECT object AS value FROM object_version WHERE kind = 'service'")).toEqual({ ...plain, name: 'web' });
  expect(await one("SELECT object AS value FROM object_version WHERE kind = 'pod'")).toEqual({
    weight: 1,
    terminationGracePeriodSeconds: 0,
    status: { ready: true, terminatesAt: null },
  });
  expect(await one('SELECT answer AS value FROM idempotency_key')).toEqual({ ...plain, name: 'web' });
  expect(await one('SELECT node_port_addresses AS value FROM node')).toEqual([]);
});

test('two replicas that initialise at once make one cluster', async () => {
  const { url, client } = await migrated();
  const made = await Promise.all([initialise({ databaseUrl: url }, DEFAULT_NETWORK), initialise({ databaseUrl: url }, DEFAULT_NETWORK)]);
  expect(made.sort()).toEqual([false, true]);
  const { rows } = await client.query(
    'SELECT count(*)::int AS blocks, min(cidr)::text AS first, max(cidr)::text AS last FROM address_block',
  );
  expect(rows).toEqual([{ blocks: 512, first: '100.64.0.0/24', last: '198.19.255.0/24' }]);
});

test('ranges that overlap or are too small for a block are refused at their place', async () => {
  const { url } = await migrated();
  const refused = async (network: Partial<typeof DEFAULT_NETWORK>) =>
    initialise({ databaseUrl: url }, { ...DEFAULT_NETWORK, ...network }).then(
      () => null,
      (error) => error.errors?.[0]?.pointer,
    );
  expect(await refused({ serviceCidrs: ['100.64.128.0/17'] })).toBe('/serviceCidrs/0');
  expect(await refused({ podCidrs: ['100.64.0.0/16', '100.65.0.0/25'] })).toBe('/podCidrs/1');
  expect(await refused({ externalCidrs: ['203.0.113.0/24', '198.0.0.0/8'] })).toBe('/externalCidrs/1');
});
