import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DesiredState, podNetnsName } from '@weft/model';
import { eventually } from '@weft/testing';
import { type Storm, startLightServer, startStorm } from '@weft/testing/storms';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSpool } from '../src/disk/spool-lines.ts';
import { createExecutorHost, type ExecutorHost, makeBundle, type RunningExecutor } from './support/executor-process.ts';
import { snapshot } from './support/host-snapshot.ts';
import { CLUSTER, NODE, pod, service } from './support/objects.ts';

/** An executor starts in half a minute there on a machine with a load of 6; with one of 17 it took two. What never comes is to be told before the guest's time is over. */
const PATIENCE_MS = 200_000;

const NODE_PORT = 30_080;
const [ONE, OTHER] = ['100.64.1.11', '100.64.1.12'] as const;

/**
 * Connections a second, of both clients together: so many are tried, for 200 to come about, and no fewer than these must on a machine that does other things. The guest
 * has one processor, which a starting executor needs too.
 */
const RATE = { tried: 250, least: 20 } as const;

/** Services that come beside the one that is asked, each at an external address of its own, and how often so many come. */
const MORE = 80;
const ATTEMPTS = 3;
const EXTERNAL = '203.0.113';

/** Two pods that answer and one that asks. */
function state(revision: number, endpoints: readonly string[], more: number): DesiredState {
  const one = service(1, endpoints);
  const others = Array.from({ length: more }, (_, at) => ({ ...service(at + 2, [ONE]), externalIPs: [`${EXTERNAL}.${at + 1}`], revision }));
  return {
    epoch: 'e',
    revision,
    cluster: { ...CLUSTER, externalCidrs: [`${EXTERNAL}.0/24`] },
    nodes: [{ ...NODE, backend: 'ipvs', revision: 1 }],
    pods: [1, 2, 3].map((n) => ({ ...pod(n), revision: n + 1 })),
    services: [{ ...one, ports: one.ports.map((port) => ({ ...port, nodePort: NODE_PORT })), revision }, ...others],
  };
}

let host: ExecutorHost;
let executor: RunningExecutor;
const ends: (() => Promise<void>)[] = [];

const within = (netns: string) => [...host.enter, 'ip', 'netns', 'exec', netns];
const inPod = (n: number) => within(podNetnsName(`pod_p${n}`));

/** Starts an executor and waits for its first pass, after which its host is as the state says. */
async function start(): Promise<void> {
  executor = host.execute('run');
  await eventually('its first pass', () => executor.output().includes('no answer'), { withinMs: PATIENCE_MS });
  expect(executor.output()).not.toContain('cannot be applied');
}

async function end(signal: 'SIGTERM' | 'SIGKILL', running = executor): Promise<void> {
  await host.signal(running.child, signal);
  await running.ended;
}

/** What was done to the host, by the receipts that nobody has fetched. */
async function applies(): Promise<readonly { readonly id: string; readonly cause: string; readonly message: string }[]> {
  const { waiting } = readSpool(await readFile(join(host.folder, 'state/receipts/waiting'), 'utf8'));
  const written = waiting.filter(({ receipt }) => receipt.cause !== 'verification');
  return written.map(({ receipt: { id, cause, message } }) => ({ id, cause, message }));
}

/** What the kernel has: external addresses, virtual services at them, and what is behind the service that is asked and takes new connections. */
async function inKernel(): Promise<{ readonly addresses: number; readonly virtual: number; readonly open: readonly string[] }> {
  const addresses = await host.must(['ip', '-o', 'address', 'show', 'dev', 'wf-ipvs0']);
  const listed = await host.must(['ipvsadm', '-S', '-n']);
  const behind = Array.from(listed.matchAll(/^-a -t 198\.19\.0\.11:80 -r (\S+):8080 -m -w 1$/gm), ([, ip]) => String(ip));
  return {
    addresses: addresses.split(` inet ${EXTERNAL}.`).length - 1,
    virtual: listed.split(`-A -t ${EXTERNAL}.`).length - 1,
    open: behind.sort(),
  };
}

const blow = () =>
  Promise.all([
    startStorm(inPod(3), '198.19.0.11', 80, RATE.tried / 2),
    startStorm(within('client'), '192.0.2.1', NODE_PORT, RATE.tried / 2),
  ]);

/** Ends storms, of which nothing may have been lost. Returns how many connections a second there were. */
async function calm(storms: readonly Storm[]): Promise<string> {
  const seen = await Promise.all(storms.map((storm) => storm.end()));
  const whole = { outcomes: { answered: expect.any(Number) }, kept: expect.any(Number), perSecond: expect.any(Number) };
  expect(seen).toEqual(seen.map(() => whole));
  const perSecond = seen.reduce((sum, one) => sum + one.perSecond, 0);
  expect(perSecond).toBeGreaterThanOrEqual(RATE.least);
  return `${perSecond.toFixed(0)} connections a second`;
}

beforeAll(async () => {
  await makeBundle();
  host = await createExecutorHost({ lay: async () => undefined, show: async () => '' });
  // The unit's ExecStartPre, for the executor may load nothing.
  await host.must(['modprobe', '-a', 'br_netfilter', 'veth', 'vxlan', 'ip_tables', 'ip_vs']);
  // Each host has mounts of its own.
  await host.must(['mount', '--bind', '/usr/sbin/xtables-legacy-multi', '/usr/sbin/xtables-nft-multi']);
  await host.must(['ip', 'netns', 'add', 'client']);
  await host.must(['ip', 'link', 'set', 'lan0', 'netns', 'client']);
  await host.must(
    ['ip', '-n', 'client', '-batch', '-'],
    'address add 192.0.2.9/24 dev lan0\nlink set lan0 up\nroute add default via 192.0.2.1\n',
  );
  await host.leave(state(9, [ONE, OTHER], 0));
  await start();
  expect(await applies()).toMatchObject([{ cause: 'start', message: '' }]);
  expect(await inKernel()).toEqual({ addresses: 0, virtual: 0, open: [ONE, OTHER] });
  for (const n of [1, 2]) ends.push(await startLightServer(inPod(n), { identity: `default/pod-${n}`, protocol: 'tcp', port: 8080 }));
}, 2 * PATIENCE_MS);
afterAll(async () => {
  for (const endServer of ends) await endServer();
  await host.destroy();
});

it.for(['SIGKILL', 'SIGTERM'] as const)(
  'an executor of ipvs that ends by %s and comes back writes nothing, and no connection is lost',
  { timeout: 3 * PATIENCE_MS },
  async (signal, { annotate }) => {
    const [before, had] = [await snapshot(host), await applies()];
    const storms = await blow();
    await end(signal);
    await start();
    await annotate(await calm(storms));
    expect(await applies()).toEqual(had);
    expect(await snapshot(host)).toEqual(before);
  },
);

it('loses no connection when it is killed in the middle of an apply, and the next one goes on', { timeout: 3 * PATIENCE_MS }, async ({
  annotate,
}) => {
  const storms = await blow();
  await end('SIGKILL');
  // A file of its network namespace: costs its reader less than a process. Virtual services come after the addresses that they are at.
  const found = async () => (await readFile(`/proc/${host.enter[2]}/net/fib_trie`, 'utf8')).split(` ${EXTERNAL}.`).length;
  /** Has an executor killed while it programs so many services. Returns what was done to the host before that. */
  const killAmong = async (services: number, revision: number) => {
    await host.leave(state(revision, [OTHER], services));
    const [had, there] = [await applies(), await found()];
    const victim = host.execute('run');
    const pid = await host.pid(victim.child);
    await eventually('an address', async () => (await found()) > there, { withinMs: PATIENCE_MS, everyMs: 1 });
    process.kill(pid, 'SIGKILL');
    await victim.ended;
    return had;
  };
  /** A tool that was started before the kill goes on: it may have done everything by the time. */
  let [services, had] = [0, await applies()];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    services += MORE;
    had = await killAmong(services, 10 + attempt);
    const left = await inKernel();
    if (left.addresses > left.virtual) break;
    expect(attempt, 'nothing but whole applies').toBeLessThan(ATTEMPTS - 1);
  }

  await start();
  const [interrupted, ...since] = (await applies()).slice(had.length);
  expect(interrupted?.message).toContain('in the middle of this apply');
  // After the one at its start it may take away an endpoint that nobody is connected to any more.
  expect(since[0]?.cause).toBe('start');
  expect(since.map(({ message }) => message)).toEqual(since.map(() => ''));
  expect(await inKernel()).toEqual({ addresses: services, virtual: services, open: [OTHER] });
  await annotate(await calm(storms));
});
