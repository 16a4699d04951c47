import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type CommandResult, runCommand } from '@weft/host';
import { eventually } from '@weft/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../src/fleet/preflight.ts';
import { bundleOf, repositoryRoot } from '../../src/repository.ts';

let directory: string;
let env: Record<string, string>;

/** Runs `weft …` against a control plane without nodes. */
const weft = (...args: string[]): Promise<CommandResult> =>
  runCommand({ argv: [process.execPath, bundleOf('cli'), ...args], env, timeoutMs: 60_000 });

async function done(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await weft(...args);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

/** A command that goes on until it is told to end, and what it has printed so far. */
function going(...args: string[]): { child: ChildProcessByStdio<null, Readable, null>; text: () => string } {
  const child = spawn(process.execPath, [bundleOf('cli'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { child, text: () => text };
}

const ended = (child: ChildProcessByStdio<null, Readable, null>) => new Promise<number | null>((resolve) => child.once('exit', resolve));

async function apply(name: string, text: string, ...more: string[]): Promise<CommandResult> {
  const file = join(directory, name);
  await writeFile(file, text);
  return weft('apply', '-f', file, '--yes', ...more);
}

const service = (name: string, labels: string) =>
  `kind: service\nnamespace: shop\nname: ${name}\nlabels: ${labels}\nselector: { app: ${name} }\nports: [{ port: 80 }]\n`;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-objects-'));
  env = { WEFT_STATE: join(directory, 'state'), WEFT_CONTEXTS: join(directory, 'contexts.json'), WEFT_URL: '', WEFT_TOKEN: '' };
  await done('up', '--detach', '--port', `${await freePort('127.0.0.1')}`);
}, 120_000);
afterAll(async () => {
  await weft('down', '--purge');
  await rm(directory, { recursive: true });
}, 120_000);

it('watches objects: a row for each change, and what came before with the first', async () => {
  expect((await apply('shop.yaml', `kind: namespace\nname: shop\n---\n${service('web', '{ app: web }')}`)).exitCode).toBe(0);
  const table = going('get', 'services', '-n', 'shop', '-l', 'app=web', '--watch', '--show-labels');
  const lines = going('get', 'svc/web', '-n', 'shop', '--watch-only', '-o', 'json');
  const printed = (text: () => string, wanted: RegExp) =>
    eventually(`${wanted}`, async () => (wanted.test(text()) ? true : null), { withinMs: 20_000, everyMs: 50 });
  await printed(table.text, /^NAME .*\nweb .* app=web\n/);
  await eventually(
    'the second watch has begun',
    async () => {
      await done('label', 'svc/web', '-n', 'shop', `round=r${Date.now()}`, '--overwrite');
      return lines.text().includes('MODIFIED') ? true : null;
    },
    { withinMs: 20_000, everyMs: 200 },
  );
  await printed(table.text, /^web .*round=r\d+$/m);
  expect(JSON.parse(lines.text().split('\n')[0] ?? '')).toMatchObject({ type: 'MODIFIED', object: { kind: 'service', name: 'web' } });
  await done('delete', 'svc/web', '-n', 'shop');
  await printed(lines.text, /^\{"type":"DELETED"/m);
  for (const { child } of [table, lines]) {
    child.kill('SIGINT');
    expect(await ended(child)).toBe(130);
  }
});

it('prunes what has the labels and no document, and nothing else', async () => {
  const two = `${service('a', '{ of: prune }')}---\n${service('b', '{ of: prune }')}`;
  expect((await apply('two.yaml', two)).exitCode).toBe(0);
  expect((await apply('other.yaml', service('c', '{ of: other }'))).exitCode).toBe(0);
  const { stdout, stderr } = await apply('one.yaml', service('a', '{ of: prune }'), '--prune', '-l', 'of=prune');
  expect(stdout).toBe('service shop/a is so already\nservice shop/b pruned\n');
  expect(stderr).toContain('- service shop/b is deleted');
  expect(await done('get', 'svc', '-n', 'shop', '-o', 'name')).toBe('service/shop/a\nservice/shop/c\n');
  expect(await apply('one.yaml', service('a', '{}'), '--prune', '-l', 'of=prune')).toMatchObject({ exitCode: 1, stdout: '' });
});

it('gets and deletes what is there of what is named, and says what is not, as kubectl does', async () => {
  const file = join(directory, 'gone.yaml');
  const documents = ['first', 'second', 'third'].map((name) => service(name, '{ of: gone }'));
  expect((await apply('gone.yaml', documents.join('---\n'))).exitCode).toBe(0);
  await done('delete', 'svc/second', '-n', 'shop');
  const got = await weft('get', 'svc', 'first', 'second', 'third', '-n', 'shop', '-o', 'name');
  expect(got).toMatchObject({ exitCode: 1, stdout: 'service/shop/first\nservice/shop/third\n' });
  expect(got.stderr).toBe('weft: there is no service second in namespace shop\n');
  const address = await done('get', 'svc/first', '-n', 'shop', '-o', 'jsonpath={.clusterIP}');
  expect(address).toMatch(/^198\.19\.\d+\.\d+$/);
  const sorted = ['get', 'svc', '-n', 'shop', '-l', 'of=gone', '-o', 'jsonpath={.items[*].name}', '--sort-by'];
  expect(await done(...sorted, '.createdAt')).toMatch(/^(first third|third first)$/);
  expect(await weft('delete', '-f', file)).toMatchObject({
    exitCode: 1,
    stdout: 'service/shop/third deleted\nservice/shop/first deleted\n',
    stderr: 'weft: there is no service second in namespace shop\n',
  });
  expect(await weft('delete', '-f', file)).toMatchObject({ exitCode: 1, stdout: '' });
  expect(await weft('delete', '-f', file, '--ignore-not-found')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
});

it('goes on after what the API refuses to delete', async () => {
  expect((await apply('left.yaml', service('left', '{ of: left }'))).exitCode).toBe(0);
  const { exitCode, stdout, stderr } = await weft('delete', 'ns/shop', 'svc/shop/left');
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: 'service/shop/left deleted\n' });
  expect(stderr).toMatch(/^weft: namespace\/shop: /);
});

it('follows what happens', async () => {
  const events = going('events', '--follow', '--types', 'Change', '-o', 'json');
  await eventually('past events', async () => (events.text().includes('namespaceCreate') ? true : null), { withinMs: 20_000, everyMs: 50 });
  expect((await apply('new.yaml', service('followed', '{ of: events }'))).exitCode).toBe(0);
  await eventually('the new one', async () => (events.text().includes('service/shop/followed') ? true : null), {
    withinMs: 20_000,
    everyMs: 50,
  });
  const told = events
    .text()
    .split('\n')
    .filter((line) => line.includes('service/shop/followed') && line.includes('serviceCreate'));
  expect(told).toHaveLength(1);
  events.child.kill('SIGTERM');
  expect(await ended(events.child)).toBe(143);
});

it('completes names in bash as the fleet has them, and says nothing when there is none', async () => {
  const script = `weft() { "$NODE" "$BUNDLE" "$@"; }
source <(weft completion bash)
for line in 'weft get -n shop svc a' 'weft describe svc/shop' 'weft get -n sho'; do
  COMP_LINE=$line COMP_POINT=\${#line}
  _weft
  echo "$line: \${COMPREPLY[*]}"
done
WEFT_STATE=/nowhere
export WEFT_STATE
_weft
echo "none: \${COMPREPLY[*]}"`;
  const { stdout, stderr } = await runCommand({
    argv: ['bash', '--norc', '-c', script],
    env: { ...env, NODE: process.execPath, BUNDLE: bundleOf('cli') },
    timeoutMs: 30_000,
  });
  expect(stdout, stderr).toBe('weft get -n shop svc a: a\nweft describe svc/shop: \nweft get -n sho: shop\nnone: \n');
});

it.each([
  [['publish-a-service.ts', 'published'], /^web answers at 198\.19\.0\.\d+\nweb is Programmed\n$/],
  [['change-safely.ts', 'published', 'web'], /^would change 1 objects, and rules on 0 nodes\nweb has session affinity ClientIP\n$/],
  [['who-changed-what.ts', '2'], /^\S+ admin serviceUpdate service web\n\S+ admin serviceCreate service web\n$/],
])('the example %s of the SDK does what it says', async (args, says) => {
  const [, url = '', token = ''] = /WEFT_URL=(\S+)\n.*WEFT_TOKEN=(\S+)/.exec(await done('env')) ?? [];
  const [program = '', ...rest] = args;
  const file = join(repositoryRoot(), 'libs/sdk/examples', program);
  const { stdout, stderr, exitCode } = await runCommand({
    argv: [process.execPath, file, ...rest],
    env: { WEFT_URL: url, WEFT_TOKEN: token },
    timeoutMs: 60_000,
  });
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(says);
});
