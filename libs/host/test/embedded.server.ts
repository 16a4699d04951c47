import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { askRedis, startPostgres, startRedis } from '@weft/host';
import { createDatabase, dropDatabase } from '@weft/store';
import { eventually } from '@weft/testing';
import { expect, onTestFinished, test } from 'vitest';

/** A directory that is closed to every other account, as root's home is. */
async function closedDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'weft-embedded-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A zombie has ended: where nobody reaps orphans, as in a container without an init, it stays one. */
function alive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('Postgres starts below a closed directory, answers, keeps its data over a restart and lets nobody in without its password', async () => {
  const directory = await closedDirectory();
  const first = await startPostgres({ directory });
  await createDatabase(first.url, 'kept');
  await first.stop();
  expect(alive(first.pid)).toBe(false);
  const second = await startPostgres({ directory });
  onTestFinished(() => second.stop());
  await expect(createDatabase(second.url, 'kept')).rejects.toThrow('already exists');
  await dropDatabase(second.url, 'kept');
  await expect(createDatabase(second.url.replace(/:[0-9a-f]{64}@/, ':guess@'), 'x')).rejects.toThrow('authentication failed');
});

test('Redis listens where it is told, keeps its data over a restart and never evicts', async () => {
  const directory = await closedDirectory();
  const first = await startRedis({ directory });
  expect(await askRedis(first.socketUrl, 'SET kept yes')).toBe('+OK');
  await first.stop();
  const second = await startRedis({ directory });
  onTestFinished(() => second.stop());
  expect(await askRedis(second.socketUrl, 'GET kept')).toBe('yes');
  expect(await askRedis(second.socketUrl, 'CONFIG GET maxmemory-policy')).toBe('noeviction');
  expect(await askRedis(second.socketUrl.replace(/password=\w+/, 'password=guess'), 'GET kept')).toMatch(/^-NOAUTH/);
});

test('passwords are in files of their owner and not among the arguments', async () => {
  const directory = await closedDirectory();
  const servers = [await startPostgres({ directory, durable: false }), await startRedis({ directory, durable: false })];
  onTestFinished(async () => {
    for (const server of servers) await server.stop();
  });
  for (const [at, name] of ['postgres', 'redis'].entries()) {
    const file = join(directory, `${name}.password`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const password = (await readFile(file, 'utf8')).trim();
    expect(servers[at]?.url).toContain(password);
    expect(await readFile(`/proc/${servers[at]?.pid}/cmdline`, 'utf8')).not.toContain(password);
  }
});

test('a port in use and a path that is too long each give one sentence that says what to do', async () => {
  const directory = await closedDirectory();
  const taken = createServer();
  const port = await new Promise<number>((resolve) => {
    taken.listen(0, '127.0.0.1', () => {
      const address = taken.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  onTestFinished(() => {
    taken.close();
  });
  const place = { directory, hosts: ['127.0.0.1'], port };
  await expect(startPostgres(place)).rejects.toThrow(
    `the embedded Postgres cannot listen: 127.0.0.1:${port} is in use; free it or choose another port`,
  );
  await expect(startRedis(place)).rejects.toThrow(
    `the private Redis cannot listen: 127.0.0.1:${port} is in use; free it or choose another port`,
  );
  await expect(startRedis({ directory: join(directory, 'x'.repeat(100)) })).rejects.toThrow('choose a shorter state directory');
});

test('servers end with the process that started them, even when it is killed', async () => {
  const directory = await closedDirectory();
  const program = `
    import { startPostgres, startRedis } from '@weft/host';
    const options = { directory: ${JSON.stringify(directory)}, durable: false };
    const servers = [await startPostgres(options), await startRedis(options)];
    console.log(JSON.stringify(servers.map((server) => server.pid)));
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pids = await new Promise<number[]>((resolve) => {
    owner.stdout.on('data', (text) => resolve(JSON.parse(String(text))));
  });
  expect(pids.every(alive)).toBe(true);
  owner.kill('SIGKILL');
  await eventually('both are gone', () => !pids.some(alive));
});

test('no account is made for them', async () => {
  const { stdout } = await promisify(execFile)('id', ['-un', String((await stat('/proc/self')).uid)]);
  const accounts = await readFile('/etc/passwd', 'utf8');
  const directory = await closedDirectory();
  const server = await startPostgres({ directory, durable: false });
  onTestFinished(() => server.stop());
  expect(await readFile('/etc/passwd', 'utf8')).toBe(accounts);
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
  const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
  if (stdout.trim() === 'root') expect(uid).not.toBe(0);
});
