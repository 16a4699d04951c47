#!/usr/bin/env node
// Stands in for the native `schema-engine` that the Prisma CLI downloads before any command: same command line, same JSON-RPC on standard
// input and output, served by Prisma's own WebAssembly build of it over adapter-pg. With PRISMA_SCHEMA_ENGINE_BINARY set to this file
// every `prisma` command works without a network. Not covered: a shadowDatabaseUrl of one's own, TLS to the database.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

const require = createRequire(import.meta.url);
const argv = process.argv.slice(2);

/** Every value given for a command line option. */
const optionValues = (name) => argv.flatMap((word, at) => (word === name ? [argv[at + 1]] : []));

const databaseUrl = JSON.parse(optionValues('--datasource')[0] ?? '{}').url ?? 'postgresql://nobody@127.0.0.1:1/none';

const quoted = (identifier) => `"${identifier.replaceAll('"', '""')}"`;

/** The connection in single fields: pg lets a connection string win over a `database` given beside it. */
function connectionFields() {
  const { connectionString: _, ...fields } = require('pg-connection-string').parse(databaseUrl);
  return fields;
}

const OID_CHAR = 18;
const OID_TEXT = 25;

/** adapter-pg cannot read the catalogs' columns of type "char": reads them as text and says afterwards what they are. */
function readingCharColumns(connection) {
  const performIO = connection.performIO.bind(connection);
  const queryRaw = connection.queryRaw.bind(connection);
  const startTransaction = connection.startTransaction?.bind(connection);
  let charColumns = [];
  connection.performIO = async (query) => {
    const result = await performIO(query);
    charColumns = [];
    for (const [at, field] of (result.fields ?? []).entries()) {
      if (field.dataTypeID !== OID_CHAR) continue;
      charColumns.push(at);
      field.dataTypeID = OID_TEXT;
    }
    return result;
  };
  connection.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const at of charColumns) result.columnTypes[at] = ColumnTypeEnum.Character;
    return result;
  };
  if (startTransaction) connection.startTransaction = async (...options) => readingCharColumns(await startTransaction(...options));
  return connection;
}

/** A throw-away database for comparing migrations with the schema; closed before it is dropped. */
async function shadowDatabase(fields) {
  const database = `prisma_migrate_shadow_db_${randomUUID()}`;
  const administration = await new PrismaPg(fields).connect();
  await administration.executeScript(`CREATE DATABASE ${quoted(database)}`);
  const shadow = readingCharColumns(await new PrismaPg({ ...fields, database }).connect());
  const close = shadow.dispose.bind(shadow);
  shadow.dispose = async () => {
    await close();
    await administration.executeScript(`DROP DATABASE ${quoted(database)}`);
    await administration.dispose();
  };
  return shadow;
}

async function loadEngine() {
  const glue = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const bindings = await import(glue);
  const code = readFileSync(join(dirname(glue), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': bindings });
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => process.stderr.write(`${message}\n`) };
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();

  const fields = connectionFields();
  const adapter = new PrismaPg(fields);
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    connect: async () => readingCharColumns(await adapter.connect()),
    connectToShadowDb: () => shadowDatabase(fields),
  });
  const datamodels = optionValues('--datamodels').map((file) => [file, readFileSync(file, 'utf8')]);
  return bindings.SchemaEngine.new({ datamodels: datamodels.length > 0 ? datamodels : undefined }, () => {}, factory);
}

/** Runs work on a connection; to the database of the URL, or to another of the same server. */
async function connected(database, work) {
  const client = new pg.Client({ ...connectionFields(), ...(database ? { database } : {}) });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

const COMMANDS = {
  'can-connect-to-database': () => connected(null, () => {}),
  'create-database': () => connected('postgres', (client) => client.query(`CREATE DATABASE ${quoted(connectionFields().database)}`)),
  'drop-database': () => connected('postgres', (client) => client.query(`DROP DATABASE ${quoted(connectionFields().database)}`)),
};

/** SQLSTATE or errno → the error code that the CLI knows. */
const CLI_ERRORS = { '3D000': 'P1003', ECONNREFUSED: 'P1001' };

async function runCommand(name) {
  try {
    if (!COMMANDS[name]) throw new Error(`unknown command: ${name}`);
    await COMMANDS[name]();
    return 0;
  } catch (error) {
    const fields = { message: error.message, error_code: CLI_ERRORS[error.code], is_panic: false };
    const line = { timestamp: new Date().toISOString(), level: 'ERROR', fields, target: 'schema_engine::logger' };
    process.stderr.write(`\n${JSON.stringify(line)}\n`);
    return 1;
  }
}

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

async function call(engine, { id, method, params }) {
  const name = method === 'getDatabaseVersion' ? 'version' : method;
  if (typeof engine[name] !== 'function') throw new Error(`method not supported: ${method}`);
  const result = await engine[name](params);
  if (method === 'diff' && result?.stdout != null) {
    // The native engine prints a diff itself, by a call of its own to the CLI.
    send({ id: 100_000 + id, method: 'print', params: { content: result.stdout } });
    result.stdout = null;
  }
  return result ?? null;
}

async function serve() {
  let engine;
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const request = JSON.parse(line);
    if (!request.method) continue;
    try {
      engine ??= await loadEngine();
      send({ id: request.id, result: await call(engine, request) });
    } catch (error) {
      const data = { is_panic: false, message: error?.message ?? String(error), meta: error?.meta ?? null, error_code: error?.code };
      send({ id: request.id, error: { code: 4466, message: 'An error happened. Check the data field for details.', data } });
    }
  }
}

if (argv.includes('--version'))
  process.stdout.write(`schema-engine-cli ${require('@prisma/engines-version').enginesVersion} (WebAssembly)\n`);
else if (argv.includes('cli')) process.exit(await runCommand(argv[argv.indexOf('cli') + 1]));
else await serve();
