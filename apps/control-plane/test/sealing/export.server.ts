import { readFile } from 'node:fs/promises';
import { DEFAULT_NETWORK } from '@weft/model';
import { initialise } from '@weft/store';
import { freshDatabase, freshRedis } from '@weft/testing/servers';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Plane, startPlane } from '../harness/plane.ts';
import { bundleProgram, type PlaneProcess, type Program } from '../harness/processes.ts';

/** Rows that are exported to a reader who takes his time. */
const ROWS = process.env.WEFT_FAULTS === 'long' ? 1_000_000 : 200_000;
/** What the process may have grown by meanwhile, in KiB: far less than the rows, which come to 160 MB. */
const GROWTH_MAX = 64 * 1024;

describe('an export', () => {
  let plane: Plane;

  beforeAll(async () => {
    plane = await startPlane();
  });
  afterAll(() => plane.stop());

  it('has what the list has, by the same filters, one object a line', async () => {
    for (const name of ['one', 'two', 'three'])
      await plane.api.ok('POST /namespaces', { body: { name }, headers: { 'X-Request-Id': `make-${name}` } });
    const { body: lines } = await plane.api.ok('GET /audit-events/export');
    expect(lines).toEqual((await plane.api.ok('GET /audit-events')).body.items);
    expect((await plane.api.ok('GET /audit-events/export?requestId=make-two')).body).toEqual([lines[1]]);
    expect((await plane.api.ok('GET /audit-events/export?actor=nobody')).body).toEqual([]);
    expect((await plane.api.send('GET /audit-events/export?colour=red')).body.code).toBe('UnknownField');
  });

  it('has only what a token reaches', async () => {
    const { body: made } = await plane.api.ok('POST /tokens', { body: { name: 'team', role: 'admin', namespaces: ['one'] } });
    const { body: lines } = await plane.api.ok('GET /audit-events/export', { token: made.token });
    expect(lines.map(({ object }: { object: { name: string } }) => object.name)).toEqual(['one']);
    expect((await plane.api.send('GET /receipts/export', { token: made.token })).status).toBe(403);
  });
});

describe(`an export of ${ROWS} rows`, () => {
  let program: Program;
  let plane: PlaneProcess;
  let sql: pg.Client;
  let dropDatabase: () => Promise<void>;

  beforeAll(async () => {
    program = await bundleProgram();
    const { url, drop } = await freshDatabase();
    dropDatabase = drop;
    await initialise({ databaseUrl: url }, DEFAULT_NETWORK);
    // Small heaps, so that what it needs is not mistaken for what the collector has not got round to.
    const NODE_OPTIONS = '--max-old-space-size=96 --max-semi-space-size=1';
    plane = await program.serve({ DATABASE_URL: url, REDIS_URL: await freshRedis(), NODE_OPTIONS });
    sql = new pg.Client({ connectionString: url });
    await sql.connect();
    await plane.api.ok('POST /namespaces', { body: { name: 'one' }, headers: { 'X-Request-Id': 'many' } });
    await sql.query(
      `INSERT INTO change SELECT c.revision + n, 'export' || n, c.at, c.request_id, c.actor_kind, c.actor_name, c.actor_token_id, c.source_address,
         c.operation, c.object_kind, c.object_id, c.object_namespace, c.object_name, c.before, jsonb_build_object('text', repeat('x', 400)),
         c.concerns_all, c.concerned_nodes
       FROM change c, generate_series(1000, ${ROWS + 999}) n WHERE c.revision = 1`,
    );
    await sql.query('ANALYZE change');
  }, 120_000);
  afterAll(async () => {
    await sql.end();
    await program.remove();
    await dropDatabase();
  });

  const read = () =>
    fetch(`${plane.api.url}/audit-events/export?requestId=many`, { headers: { Authorization: `Bearer ${program.admin}` } });

  /** A figure of the process' memory in KiB (proc_pid_status(5)). */
  const memory = async (name: 'VmRSS' | 'VmHWM') =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(await readFile(`/proc/${plane.pid()}/status`, 'utf8'))?.[1]);

  it('holds no more than its reader has room for', { timeout: 300_000 }, async () => {
    const before = await memory('VmRSS');
    const response = await read();
    let lines = 0;
    for await (const chunk of response.body ?? []) lines += Buffer.from(chunk).filter((byte) => byte === 10).length;
    expect(lines).toBe(ROWS + 1);
    expect((await memory('VmHWM')) - before).toBeLessThan(GROWTH_MAX);
  });
});
