import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '@weft/testing';
import { desired, node, plan, pod, service, tcp } from '@weft/testing/desired';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { DesiredStore } from '../../src/disk/desired-store.ts';
import { leaveCredential } from '../support/credential.ts';
import { createOwnHost, type OwnHost } from '../support/own-host.ts';

const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

// Two services: one with a pod of this node, one whose pod is elsewhere.
const SERVICES = [
  service(1, [tcp(80, [plan.pod(1, 1)])], { healthCheckNodePort: 31_001, externalTrafficPolicy: 'Local' }),
  service(2, [tcp(80, [plan.pod(2, 1)])], { healthCheckNodePort: 31_002, externalTrafficPolicy: 'Local' }),
];

let host: OwnHost;
let folder: string;

beforeAll(async () => {
  await promisify(execFile)('rolldown', ['-c', 'rolldown.config.ts'], { cwd: PROJECT });
});
beforeEach(async () => {
  host = await createOwnHost();
  folder = await mkdtemp(join(tmpdir(), 'weft-health-'));
  await leaveCredential(join(folder, 'credential'));
  await host.must(['ip', 'netns', 'add', 'balancer']);
  await host.must(
    ['ip', '-batch', '-'],
    'link add eth0 type veth peer name eth0 netns balancer\naddress add 192.0.2.1/24 dev eth0\naddress add 192.0.2.100/24 dev eth0\nlink set eth0 up\n',
  );
  await host.must(['ip', '-n', 'balancer', '-batch', '-'], 'address add 192.0.2.9/24 dev eth0\nlink set eth0 up\n');
  const store = new DesiredStore(join(folder, 'state/desired'));
  await store.load();
  await store.keep({ nodeId: 'node_1', desired: desired({ services: SERVICES, pods: [pod(1)], nodes: [node(1), node(2)] }) });
});
afterEach(async () => {
  host.close();
  await rm(folder, { recursive: true });
});

function run(): { readonly child: ChildProcess; readonly ended: Promise<unknown> } {
  const child = host.start([process.execPath, join(PROJECT, 'dist/main.mjs'), 'run'], {
    WEFT_URL: 'http://127.0.0.1:1',
    WEFT_CREDENTIAL_FILE: join(folder, 'credential'),
    WEFT_STATE_DIR: join(folder, 'state'),
    WEFT_NODE_ADDRESS: '192.0.2.1/24',
  });
  child.stdout?.resume();
  child.stderr?.resume();
  return { child, ended: once(child, 'close') };
}

/** What a load balancer beside the node is told at one of its addresses. */
async function asked(address: string, port: number): Promise<string> {
  const { stdout } = await host.run([
    'ip',
    'netns',
    'exec',
    'balancer',
    'curl',
    '-si',
    '--max-time',
    '2',
    `http://${address}:${port}/healthz`,
  ]);
  return stdout;
}

it('tells a load balancer which services have an endpoint here, at every address, without a control plane and after a restart', {
  timeout: 90_000,
}, async () => {
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const executor = run();
    await eventually('an answer', async () => (await asked(plan.host(1), 31_001)).startsWith('HTTP/1.1 200'), {
      withinMs: 30_000,
      everyMs: 100,
    });
    const here = await asked('192.0.2.100', 31_001);
    expect(here).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(here).toMatch(/^x-load-balancing-endpoint-weight: 1\r$/im);
    expect(here).toContain('{"service":{"namespace":"default","name":"service-1"},"localEndpoints":1,"serviceProxyHealthy":true}');
    const elsewhere = await asked(plan.host(1), 31_002);
    expect(elsewhere).toMatch(/^HTTP\/1.1 503 /);
    expect(elsewhere).toMatch(/^x-load-balancing-endpoint-weight: 0\r$/im);
    await host.signal(executor.child, signal);
    await executor.ended;
    expect(await asked(plan.host(1), 31_001)).toBe('');
  }
});
