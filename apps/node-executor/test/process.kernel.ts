import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DesiredState } from '@weft/model';
import { eventually } from '@weft/testing';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { DesiredStore } from '../src/disk/desired-store.ts';
import { asUnit } from './support/as-unit.ts';
import { leaveCredential } from './support/credential.ts';
import { CLUSTER, NODE, pod, service } from './support/objects.ts';
import { createOwnHost, type OwnHost } from './support/own-host.ts';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const BUNDLE = join(PROJECT, 'dist/main.mjs');

/** Every program here has the capabilities that the unit leaves it, and can get no others. */
const AS_THE_UNIT = asUnit(join(PROJECT, '../../deploy/systemd/weft-node-executor.service'));

/** Somebody else's rules; they must be the same before and after, byte for byte. */
const FOREIGN =
  'table inet theirs {\n\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n\t\ttcp dport 22 accept\n\t}\n}\n';

// A machine that is busy with other tests starts a process in a second, not in a tenth.
const PATIENCE_MS = 90_000;

let host: OwnHost;
let folder: string;

beforeAll(async () => {
  await promisify(execFile)('rolldown', ['-c', 'rolldown.config.ts'], { cwd: PROJECT });
});
beforeEach(async () => {
  host = await createOwnHost();
  folder = await mkdtemp(join(tmpdir(), 'weft-process-'));
  await leaveCredential(join(folder, 'credential'));
  await host.must(['nft', '-f', '-'], FOREIGN);
  await host
    .must(['ip', 'link', 'add', 'eth0', 'type', 'dummy'])
    .catch(() => host.must(['ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'lan0']));
  await host.must(['ip', 'address', 'add', '192.0.2.1/24', 'dev', 'eth0']);
  await host.must(['ip', 'link', 'set', 'eth0', 'up']);
});
afterEach(async () => {
  host.close();
  await rm(folder, { recursive: true });
});

const environment = () => ({
  WEFT_URL: 'http://127.0.0.1:1',
  WEFT_CREDENTIAL_FILE: join(folder, 'credential'),
  WEFT_STATE_DIR: join(folder, 'state'),
  WEFT_NODE_ADDRESS: '192.0.2.1/24',
});

/** What the node knew when it was last in touch with a control plane: two echo pods behind one service. */
async function leaveState(): Promise<void> {
  const echo = { runtime: { type: 'echo' } } as const;
  const desired: DesiredState = {
    epoch: 'e',
    revision: 9,
    cluster: CLUSTER,
    nodes: [{ ...NODE, revision: 1 }],
    pods: [
      { ...pod(1, echo), revision: 2 },
      { ...pod(2, echo), revision: 3 },
    ],
    services: [{ ...service(1, ['100.64.1.11', '100.64.1.12']), revision: 4 }],
  };
  const store = new DesiredStore(join(folder, 'state/desired'));
  await store.load();
  await store.keep({ nodeId: NODE.id, desired });
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
}

function execute(command: 'run' | 'cleanup'): Running {
  const child = host.start([...AS_THE_UNIT, process.execPath, BUNDLE, command], environment());
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return { child, ended: once(child, 'close').then(([code]) => code), output: () => text };
}

/** Visits the service eight times, a new connection each, and says which pods answered. */
async function visit(): Promise<Set<string>> {
  const { stdout } = await host.run(['curl', '-s', '--max-time', '2', ...Array.from({ length: 8 }, () => 'http://198.19.0.11/')]);
  return new Set(stdout.match(/^default\/.*$/gm));
}
const bothAnswer = () => eventually('both pods answering', async () => (await visit()).size === 2, { withinMs: 30_000, everyMs: 100 });
const foreign = () => host.must(['nft', 'list', 'table', 'inet', 'theirs']);

it('serves from its last state without a control plane, outlives its process, and is removed without a trace', {
  timeout: PATIENCE_MS,
}, async () => {
  const links = await host.must(['ip', '-br', 'link']);
  await leaveState();
  const executor = execute('run');
  await bothAnswer();

  const second = execute('run');
  expect(await second.ended).toBe(75);
  expect(second.output()).toMatch(/^weft-node: another executor \(process \d+\) already runs in this network namespace; stop it first\n$/);
  expect(await execute('cleanup').ended).toBe(75);

  await host.signal(executor.child, 'SIGTERM');
  expect(await executor.ended).toBe(0);
  await bothAnswer();

  const before = await host.must(['nft', '-s', 'list', 'ruleset']);
  const restarted = execute('run');
  await eventually('its first pass', () => restarted.output().includes('no answer'), { withinMs: 30_000 });
  expect(await host.must(['nft', '-s', 'list', 'ruleset'])).toBe(before);
  await host.signal(restarted.child, 'SIGTERM');
  expect(await restarted.ended).toBe(0);

  const cleanup = execute('cleanup');
  expect(await cleanup.ended, cleanup.output()).toBe(0);
  expect(cleanup.output()).toMatch(/removed 2 processes in pods\nremoved 2 network namespaces \(wf-pod-p1, wf-pod-p2\)\nremoved 4 links/);
  expect(cleanup.output()).toContain('removed nftables table ip weft');
  expect(await host.must(['ip', '-br', 'link'])).toBe(links);
  expect(await host.must(['ip', 'netns', 'list'])).toBe('');
  expect(await host.must(['nft', 'list', 'ruleset'])).toBe(FOREIGN);
  expect((await host.run(['pgrep', '-f', 'echo-server'])).stdout).toBe('');

  const again = execute('cleanup');
  expect(await again.ended).toBe(0);
  expect(again.output()).toBe('nothing of weft is on this host\n');
});

it('finishes at its next start what a killed one had begun', { timeout: PATIENCE_MS }, async () => {
  await leaveState();
  const killed = execute('run');
  await eventually('the first traces', async () => (await host.must(['ip', '-br', 'link'])).includes('weft0'), { everyMs: 1 });
  await host.signal(killed.child, 'SIGKILL');
  await killed.ended;
  const executor = execute('run');
  await bothAnswer();
  expect(await foreign()).toBe(FOREIGN);
  await host.signal(executor.child, 'SIGTERM');
  expect(await executor.ended).toBe(0);
});

it.each([
  [{ WEFT_URL: '' }, /WEFT_URL/],
  [{ WEFT_STATE_DIR: 'here' }, /WEFT_STATE_DIR/],
])('says in one sentence what is wrong with %j', async (wrong, sentence) => {
  const child = host.start([process.execPath, BUNDLE, 'run'], { ...environment(), ...wrong });
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(78);
  expect(text).toMatch(sentence);
  expect(text.trim().split('\n')).toHaveLength(1);
});
