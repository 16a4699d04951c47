import pg from 'pg';

/** How many of each there are to be beside the first. */
export interface Size {
  readonly nodes: number;
  readonly pods: number;
  readonly services: number;
}

/** The first row of a table, again and again, with some fields otherwise: an expression of `at`, which counts from 1. */
const copied = (table: string, fields: Readonly<Record<string, string>>) => `
  INSERT INTO ${table}
  SELECT copy.* FROM (SELECT * FROM ${table} LIMIT 1) AS first, generate_series(1, $1::int) AS at,
    jsonb_populate_record(NULL::${table}, to_jsonb(first) || jsonb_build_object(${Object.entries(fields).flat().join(', ')})) AS copy`;

const quoted = (fields: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`'${name}'`, value]));

/** A fleet of that size out of one that has one of each, as fast as Postgres writes: what a page has to show, and no kernel ever had. */
export async function copyFleet(databaseUrl: string, { nodes, pods, services }: Size): Promise<void> {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  const copy = (table: string, count: number, fields: Readonly<Record<string, string>>) =>
    database.query(copied(table, quoted(fields)), [count]);
  try {
    await copy('node', nodes, { id: `'node_copy' || at`, name: `'node-' || at`, zone: `'z' || at % 4`, address: 'NULL::text' });
    await copy('node_state', nodes, { node_id: `'node_copy' || at`, session: 'NULL::text' });
    await copy('node_lease', nodes, { node_id: `'node_copy' || at` });
    await copy('pod', pods, {
      id: `'pod_copy' || at`,
      name: `'pod-' || at`,
      ip: `host('100.127.0.0'::inet + at)`,
      node_id: `'node_copy' || 1 + at % ${nodes}`,
      labels: `jsonb_build_object('app', 'app-' || at % ${services})`,
    });
    await copy('service', services, {
      id: `'svc_copy' || at`,
      name: `'app-' || at`,
      cluster_ip: `host('198.19.200.0'::inet + at)`,
      selector: `jsonb_build_object('app', 'app-' || at)`,
    });
  } finally {
    await database.end();
  }
}
