import pg from 'pg';

/** The rows that `POST /services` writes, as statements that only differ in what they write. */
const STATEMENTS = {
  address: `UPDATE address SET state = 'allocated', owner_id = $1 WHERE ip = (
    SELECT ip FROM address WHERE holder = 'services' AND state = 'free' ORDER BY ip LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING host(ip) AS ip`,
  revision: `UPDATE revision_counter SET revision = revision + 1, fleet_revision = revision + 1 RETURNING revision, clock_timestamp() AS at`,
  service: `INSERT INTO service SELECT * FROM jsonb_populate_record(NULL::service, $1::jsonb)`,
  version: `INSERT INTO object_version SELECT * FROM jsonb_populate_record(NULL::object_version, $1::jsonb)`,
  desired: `INSERT INTO desired_version SELECT * FROM jsonb_populate_record(NULL::desired_version, $1::jsonb)`,
  change: `INSERT INTO change SELECT * FROM jsonb_populate_record(NULL::change, $1::jsonb)`,
} as const;

type Row = Record<string, unknown>;

/** What a creation through the API wrote. */
interface Sample {
  readonly service: Row;
  readonly version: Row & { readonly object: Row };
  readonly desired: Row & { readonly body: Row };
  readonly change: Row & { readonly after: Row };
}

const SAMPLE = `
  SELECT to_jsonb(s) AS service, to_jsonb(v) AS version, to_jsonb(d) AS desired, to_jsonb(c) AS change
  FROM service s JOIN object_version v ON v.object_id = s.id AND v.revision = s.revision
    JOIN desired_version d ON d.object_id = s.id AND d.revision = s.revision JOIN change c ON c.revision = s.revision
  WHERE s.name = $1`;

/** Writes, over connections of its own, what the API writes for a service, and nothing else: prepared statements, one transaction each. */
export interface Floor {
  /** One transaction on the connection of that client. */
  write(n: number, client: number): Promise<void>;
  close(): Promise<void>;
}

/** The floor under a control plane that has made a service of this name. */
export async function openFloor(databaseUrl: string, clients: number, name: string): Promise<Floor> {
  const pool = await Promise.all(
    Array.from({ length: clients }, async () => {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      return client;
    }),
  );
  const { rows } = await (pool[0] as pg.Client).query<Sample>(SAMPLE, [name]);
  const [sample] = rows;
  if (sample === undefined) throw new Error(`the API has made no service ${name}`);
  const run = (client: pg.Client, statement: keyof typeof STATEMENTS, value?: Row | string) =>
    client.query({
      name: statement,
      text: STATEMENTS[statement],
      values: value === undefined ? [] : [typeof value === 'string' ? value : JSON.stringify(value)],
    });

  return {
    async write(n, at) {
      const client = pool[at] as pg.Client;
      const body = `zz${n}x${at}x${Math.trunc(performance.now() * 1000)}`;
      const id = `svc_${body}`;
      await client.query('BEGIN');
      const { ip } = (await run(client, 'address', id)).rows[0];
      const name = `floor-${body}`;
      const { revision } = (await run(client, 'revision')).rows[0];
      const stamped = { revision, dataplane_revision: revision };
      await run(client, 'service', { ...sample.service, ...stamped, id, name, cluster_ip: ip });
      await run(client, 'version', {
        ...sample.version,
        ...stamped,
        object_id: id,
        object: { ...sample.version.object, id, name, clusterIP: ip },
      });
      await run(client, 'desired', {
        ...sample.desired,
        revision,
        object_id: id,
        body: { ...sample.desired.body, id, name, clusterIP: ip },
      });
      await run(client, 'change', {
        ...sample.change,
        revision,
        id: body,
        object_id: id,
        object_name: name,
        after: { ...sample.change.after, id, name },
      });
      await client.query('COMMIT');
    },
    close: async () => {
      await Promise.all(pool.map((client) => client.end()));
    },
  };
}
