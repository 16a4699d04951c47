import { readFileSync } from 'node:fs';
import { OPERATIONS } from '@weft/contract';
import { DEFAULT_NETWORK } from '@weft/model';
import { initialise } from '@weft/store';
import { freshDatabase, freshRedis, type TestDatabase } from '@weft/testing/servers';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinHost } from '../harness/executor.ts';
import { bundleProgram, type PlaneProcess, type Program } from '../harness/processes.ts';

let program: Program;
let plane: PlaneProcess;
let database: TestDatabase;
/** Texts that nobody but their holders may read, by what they are. */
const secrets: Record<string, string> = {};

beforeAll(async () => {
  [program, database] = await Promise.all([bundleProgram(), freshDatabase()]);
  await initialise({ databaseUrl: database.url }, DEFAULT_NETWORK);
  plane = await program.serve({ DATABASE_URL: database.url, REDIS_URL: await freshRedis(), WEFT_LOG: 'trace' });
  secrets['the token in the file'] = program.admin;
  const made = await plane.api.ok('POST /tokens', { body: { name: 'shown-once', role: 'admin' } });
  secrets['an API token'] = made.body.token;
  const joinToken = await plane.api.ok('POST /join-tokens', { body: { nodeName: 'joined' } });
  secrets['a join token'] = joinToken.body.token;
  secrets["a node's credential"] = (await joinHost(plane.api, 'another')).token;
});
afterAll(async () => {
  await program.remove();
  await database.drop();
});

const concrete = (path: string) => path.replaceAll(/\{\w+\}/g, 'x_0');

/** Uses every secret for everything, rightly and wrongly, and gives all that was answered. */
async function useAll(): Promise<string> {
  const answers: unknown[] = [];
  for (const { method, path, bodyExample } of OPERATIONS.filter(
    ({ id }) => !['tokenCreate', 'joinTokenCreate', 'nodeJoin', 'nodeAgentCredentialRotate'].includes(id),
  ))
    for (const token of Object.values(secrets)) {
      const { body, headers } = await plane.api.send(`${method} ${concrete(path)}`, { token, body: bodyExample });
      answers.push(body, [...headers]);
    }
  return JSON.stringify(answers);
}

it('has no secret in an answer, in what can be read, in a log, in a table or in the arguments of a process', async () => {
  const answers = await useAll();
  const readable = await Promise.all(
    ['/audit-events', '/operations', '/tokens', '/join-tokens', '/nodes', '/receipts', '/metrics', '/cluster'].map(
      async (path) => (await plane.api.ok(`GET ${path}`)).body,
    ),
  );
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'");
  const stored: Record<string, string> = {};
  for (const { name } of tables) stored[name] = JSON.stringify((await client.query(`SELECT t::text FROM "${name}" t`)).rows);
  await client.end();
  const places: Record<string, string> = {
    answers,
    readable: JSON.stringify(readable),
    log: plane.log(),
    arguments: readFileSync(`/proc/${plane.pid()}/cmdline`, 'utf8'),
    ...stored,
  };
  expect(places.log).toContain('tokenCreate');
  expect(places.change).toContain('tokenCreate');
  for (const [what, secret] of Object.entries(secrets)) {
    expect(secret.length).toBeGreaterThan(20);
    expect({ what, in: Object.entries(places).flatMap(([place, text]) => (text.includes(secret) ? [place] : [])) }).toEqual({
      what,
      in: [],
    });
  }
});
