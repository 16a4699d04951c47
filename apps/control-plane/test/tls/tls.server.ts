import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { type EmbeddedServer, startPostgres } from '@weft/host';
import { DEFAULT_NETWORK } from '@weft/model';
import { initialise, migrate } from '@weft/store';
import { eventually } from '@weft/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleProgram, freePort, type Program } from '../harness/processes.ts';
import { type Authority, makeAuthority } from './authority.ts';

let ours: Authority;
let theirs: Authority;
let program: Program;
let directory: string;
let postgres: EmbeddedServer;
let redis: ChildProcess;
let redisPort: number;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-tls-'));
  await chmod(directory, 0o755);
  [ours, theirs, program] = await Promise.all([makeAuthority('ours'), makeAuthority('theirs'), bundleProgram()]);
  const certificate = await ours.certify('servers');

  redisPort = await freePort();
  const tls = ['--tls-cert-file', certificate.certFile, '--tls-key-file', certificate.keyFile, '--tls-auth-clients', 'no'];
  redis = spawn('redis-server', ['--port', '0', '--tls-port', String(redisPort), '--requirepass', 'secret', '--save', '', ...tls]);

  postgres = await startPostgres({ directory, hosts: ['127.0.0.1'], port: await freePort(), durable: false });
  const data = join(directory, 'postgres/data');
  const { uid, gid } = await stat(join(data, 'PG_VERSION'));
  for (const [from, to] of [
    [certificate.certFile, 'server.crt'],
    [certificate.keyFile, 'server.key'],
  ] as const) {
    await copyFile(from, join(data, to));
    await chown(join(data, to), uid, gid);
    await chmod(join(data, to), 0o600);
  }
  await asked(postgres.socketUrl, 'ALTER SYSTEM SET ssl = on');
  await asked(postgres.socketUrl, 'SELECT pg_reload_conf()');
  await eventually('a Postgres with TLS', async () => (await asked(postgres.socketUrl, 'SHOW ssl'))[0]?.ssl === 'on');
  // Over TLS as well.
  const databaseUrl = `${environment(ours.caFile).DATABASE_URL}&sslrootcert=${ours.caFile}`;
  await migrate({ databaseUrl });
  await initialise({ databaseUrl }, DEFAULT_NETWORK);
}, 120_000);
afterAll(async () => {
  await program.remove();
  redis.kill('SIGKILL');
  await postgres.stop();
  await Promise.all([ours.remove(), theirs.remove(), rm(directory, { recursive: true })]);
});

async function asked(connectionString: string, query: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(query)).rows;
  } finally {
    await client.end();
  }
}

/** An answer over a connection of its own, and the serial number of the certificate that it came with. */
async function answer(url: string, ca: string): Promise<{ readonly status: number | undefined; readonly serial: string }> {
  const request = get(url, { ca, agent: false });
  const [response] = await once(request, 'response');
  const serial = (response.socket as TLSSocket).getPeerCertificate().serialNumber;
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode, serial };
}

/** How many clients Redis has beside the one that asks. */
async function redisClients(): Promise<number> {
  const argv = ['--tls', '--cacert', ours.caFile, '-p', String(redisPort), '-a', 'secret', '--no-auth-warning', 'CLIENT', 'LIST'];
  const { stdout } = await promisify(execFile)('redis-cli', argv);
  return stdout.trim().split('\n').length - 1;
}

/** What the control plane is started with, believing this authority. */
const environment = (caFile: string) => ({
  DATABASE_URL: `${postgres.url}?sslmode=verify-full`,
  REDIS_URL: `rediss://:secret@127.0.0.1:${redisPort}`,
  WEFT_CA_FILE: caFile,
});

it('speaks TLS with clients, Redis and Postgres, and takes up a renewed certificate without a restart', { timeout: 120_000 }, async () => {
  const { certFile, keyFile } = await ours.certify('api');
  const tls = { WEFT_TLS_CERT_FILE: certFile, WEFT_TLS_KEY_FILE: keyFile, WEFT_LOG: 'warn' };
  const isReady = async (url: string) => (await answer(`${url}/readyz`, ours.ca)).status === 200;
  const plane = await program.serve({ ...environment(ours.caFile), ...tls }, isReady);
  const { url } = plane.api;
  const first = await answer(`${url}/readyz`, ours.ca);
  expect(first.status).toBe(200);
  const sessions = "SELECT bool_and(ssl) AS all FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'weft'";
  expect(await asked(postgres.socketUrl, sessions)).toEqual([{ all: true }]);
  await eventually('connections to Redis', async () => (await redisClients()) >= 2);

  await expect(answer(`${url}/readyz`, theirs.ca)).rejects.toThrow('self-signed certificate');

  // Half of a renewal is not taken up.
  const renewed = await ours.certify('renewed');
  await copyFile(renewed.certFile, certFile);
  process.kill(plane.pid(), 'SIGHUP');
  await eventually('a complaint', () => plane.log().includes('going on with the one before'));
  expect((await answer(`${url}/readyz`, ours.ca)).serial).toBe(first.serial);
  await copyFile(renewed.keyFile, keyFile);
  process.kill(plane.pid(), 'SIGHUP');
  await eventually('the new certificate', async () => (await answer(`${url}/readyz`, ours.ca)).serial !== first.serial);
});

it('believes the same authority in the threads that compile', { timeout: 60_000 }, async () => {
  const { api, kill } = await program.serve(environment(ours.caFile));
  const { body: node } = await api.ok('POST /nodes', { body: { name: 'node-1' } });
  await api.ok(`GET /nodes/${node.id}/rules`);
  await api.ok('POST /services?dryRun=plan', { body: { namespace: 'default', name: 'web', ports: [{ port: 80 }] } });
  await kill();
});

it('says what is wrong with a server that is certified by somebody else', async () => {
  const { code, stderr } = await program.run('serve', environment(theirs.caFile));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^weft control plane: cannot use the database at [^\n]*(certificate|self-signed)[^\n]*\n$/);
  expect(stderr).not.toContain('secret');
});

it('says what is wrong with certificates that it cannot use', async () => {
  const [one, other] = [await ours.certify('one'), await ours.certify('other')];
  const start = (tls: Record<string, string>) => program.run('serve', { ...environment(ours.caFile), WEFT_LISTEN: '127.0.0.1:0', ...tls });
  expect((await start({ WEFT_TLS_CERT_FILE: one.certFile })).stderr).toContain('WEFT_TLS_KEY_FILE is not set');
  const mixed = await start({ WEFT_TLS_CERT_FILE: one.certFile, WEFT_TLS_KEY_FILE: other.keyFile });
  expect(mixed).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be used together') });
  const noCa = await program.run('serve', { ...environment(ours.caFile), WEFT_CA_FILE: one.keyFile });
  expect(noCa.stderr).toContain('holds no certificate in PEM');
});
