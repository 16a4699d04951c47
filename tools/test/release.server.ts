import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { emptyDatabase, freshRedis, type TestDatabase } from '@weft/testing/servers';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../apps/control-plane/test/harness/processes.ts';
import { eventually } from '../../libs/testing/src/eventually.ts';
import { root } from '../run-command.ts';

const run = promisify(execFile);
const WHO = { name: 'Releaser', email: 'releaser@example.net' };
const env = {
  ...process.env,
  GIT_AUTHOR_NAME: WHO.name,
  GIT_AUTHOR_EMAIL: WHO.email,
  GIT_COMMITTER_NAME: WHO.name,
  GIT_COMMITTER_EMAIL: WHO.email,
};
const VERSION = '9.8.7';

let directory: string;
let clone: string;
let releases: string;
let unpacked: string;
let database: TestDatabase;

const inClone = async (...args: readonly string[]) => (await run('git', ['-C', clone, ...args], { env })).stdout.trim();
/** What somebody has who has nothing of ours. */
const BARE = () => ({ PATH: '/usr/bin:/bin', HOME: directory });
const jsonIn = async (place: string) => JSON.parse(await readFile(join(clone, place), 'utf8'));

/** Releases the newest commit of this repository in a clone of it, as somebody would. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-release-test-'));
  clone = join(directory, 'clone');
  await run('git', ['-c', 'safe.directory=*', 'clone', '--quiet', '--shared', root, clone]);
  await symlink(join(root, 'node_modules'), join(clone, 'node_modules'));
  await writeFile(join(clone, '.git/info/exclude'), 'node_modules\n');
  await run(process.execPath, [join(clone, 'tools/release.ts'), VERSION], { cwd: clone, env, maxBuffer: 16 << 20 });
  releases = join(clone, '.weft/releases', VERSION);
  await run('tar', ['-xzf', `weft-${VERSION}-linux-x64.tar.gz`, '-C', directory], { cwd: releases });
  unpacked = join(directory, `weft-${VERSION}`);
  database = await emptyDatabase();
}, 400_000);

afterAll(async () => {
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

it('commits and tags the version, everywhere it is written', async () => {
  expect(await inClone('describe', '--exact-match', 'HEAD')).toBe(`v${VERSION}`);
  expect(await inClone('status', '--porcelain')).toBe('');
  expect(await inClone('worktree', 'list')).not.toContain('\n');
  for (const manifest of ['package.json', 'apps/node-executor/package.json', 'libs/sdk/package.json', 'package-lock.json'])
    expect(await jsonIn(manifest)).toMatchObject({ version: VERSION });
  expect(await readFile(join(clone, 'CHANGELOG.md'), 'utf8')).toMatch(/^# Changes\n[\s\S]*^## 9\.8\.7, \d{4}-\d\d-\d\d\n\n### /m);
  expect(await jsonIn('openapi/breaking.json')).toEqual([]);
  await expect(run(process.execPath, [join(clone, 'tools/release.ts'), VERSION], { cwd: clone })).rejects.toMatchObject({
    stderr: `weft: ${VERSION} does not come after ${VERSION}, which this is\n`,
  });
});

it('gives files whose checksums are right', async () => {
  const { stdout } = await run('sha256sum', ['--check', 'SHA256SUMS'], { cwd: releases });
  expect(stdout.trim().split('\n')).toEqual([
    `weft-${VERSION}-linux-x64.tar.gz: OK`,
    `weft-executor-${VERSION}.mjs: OK`,
    `weft-sdk-${VERSION}.tgz: OK`,
    `weft-${VERSION}-openapi.json: OK`,
  ]);
});

/** Runs the control plane of the archive as long as `use` takes, which is told where it answers and by which token. */
async function whileServing(use: (url: string, token: string) => Promise<void>): Promise<void> {
  const port = await freePort();
  const token = 'a'.repeat(64);
  await writeFile(join(directory, 'admin.token'), token, { mode: 0o600 });
  const settings = {
    ...BARE(),
    DATABASE_URL: database.url,
    REDIS_URL: await freshRedis(),
    WEFT_LISTEN: `127.0.0.1:${port}`,
    WEFT_ADMIN_TOKEN_FILE: join(directory, 'admin.token'),
    WEFT_LOG: 'silent',
  };
  const node = join(unpacked, 'node_modules/.bin/node');
  const program = join(unpacked, 'apps/control-plane/dist/main.mjs');
  await run(node, [program, 'migrate'], { env: settings });
  const served = spawn(node, [program, 'serve'], { env: settings, stdio: 'ignore' });
  try {
    const url = `http://127.0.0.1:${port}`;
    const isReady = () =>
      fetch(`${url}/readyz`)
        .then(({ ok }) => ok)
        .catch(() => false);
    await eventually('a ready control plane', isReady, { withinMs: 30_000 });
    await use(url, token);
  } finally {
    served.kill();
    await once(served, 'exit');
  }
}

it('gives an archive that runs where there is nothing else: command line, control plane, console', async () => {
  expect((await run(join(unpacked, 'weft'), ['--version'], { env: BARE() })).stdout).toBe(`${VERSION}\n`);
  await whileServing(async (url) => {
    expect((await fetch(`${url}/console/`)).headers.get('content-type')).toContain('text/html');
    expect((await fetch(`${url}/docs`)).status).toBe(200);
  });
});

/** Installs the SDK in a project of its own; what it needs of the registry is there already, so that nobody is asked. */
async function projectWithSdk(): Promise<string> {
  const project = await mkdtemp(join(directory, 'project-'));
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  const known = ['openapi-fetch', 'openapi-typescript-helpers', 'yaml'].map((name) => join(root, 'node_modules', name));
  const packed = await run('npm', ['pack', '--silent', '--ignore-scripts', ...known], { cwd: project });
  const packages = [
    ...packed.stdout
      .trim()
      .split('\n')
      .map((file) => `./${file}`),
    join(releases, `weft-sdk-${VERSION}.tgz`),
  ];
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...packages], { cwd: project });
  await cp(join(project, 'node_modules/@weft/sdk/examples'), project, { recursive: true });
  return project;
}

/** Compiles files of a project strictly, the types of the package too. */
const compiles = (project: string, ...args: readonly string[]) =>
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--target', 'es2024', ...args], {
    cwd: project,
  });

it('gives the SDK as a package that a strict program compiles against, for Node.js and for browsers, and runs with', {
  timeout: 300_000,
}, async () => {
  const project = await projectWithSdk();
  const examples = (await readdir(project)).filter((file) => file.endsWith('.ts'));
  expect(examples.length).toBeGreaterThan(2);
  const ofNode = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'];
  await compiles(project, '--module', 'nodenext', ...ofNode, ...examples);
  await writeFile(
    join(project, 'page.ts'),
    "import { createClient } from '@weft/sdk';\nexport const weft = createClient({ url: location.origin, token: '' });\n",
  );
  await compiles(project, '--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2024,dom', '--typeRoots', 'none', 'page.ts');
  await writeFile(join(project, 'wrong.ts'), "import { createClient } from '@weft/sdk';\ncreateClient({ url: 1, token: '' });\n");
  await expect(compiles(project, '--module', 'nodenext', ...ofNode, 'wrong.ts')).rejects.toMatchObject({
    stdout: expect.stringContaining("Type 'number' is not assignable to type 'string'"),
  });
  const page = await rolldown({ input: join(project, 'page.ts'), platform: 'browser' });
  const { output } = await page.generate();
  await page.close();
  expect(output.flatMap((piece) => (piece.type === 'chunk' ? piece.imports : [])).filter((name) => name.startsWith('node:'))).toEqual([]);
  await whileServing(async (url, token) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    await fetch(`${url}/namespaces`, { method: 'POST', headers, body: '{"name":"shop"}' });
    const env = { ...BARE(), WEFT_URL: url, WEFT_TOKEN: token };
    const { stdout } = await run(process.execPath, [join(project, 'who-changed-what.ts'), '1'], { env });
    expect(stdout).toMatch(/^\S+ admin namespaceCreate namespace shop\n$/);
  });
});

it('gives an executor in one file, with the programs that it starts', async () => {
  const alone = await mkdtemp(join(directory, 'alone-'));
  const file = join(alone, 'executor.mjs');
  await copyFile(join(releases, `weft-executor-${VERSION}.mjs`), file);
  expect((await run(process.execPath, [file, 'run', '--help'])).stdout).toMatch(/^usage: weft-node run /);
  const port = await freePort();
  const echo = spawn(process.execPath, [join(alone, 'echo-server.mjs'), '--identity', 'shop/web-1', '--tcp', `${port}`], {
    stdio: 'ignore',
  });
  try {
    const ask = () => fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text());
    await eventually(
      'an answer',
      () =>
        ask().then(
          (text) => text.startsWith('shop/web-1'),
          () => false,
        ),
      { withinMs: 20_000 },
    );
  } finally {
    echo.kill();
  }
  const sent = await run(process.execPath, [join(alone, 'send-packet.mjs'), 'tcp', '0', '127.0.0.1', `${await freePort()}`, '2000']);
  expect(JSON.parse(sent.stdout)).toMatchObject({ outcome: 'refused' });
});
